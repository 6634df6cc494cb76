package io.weir.wasm;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.access_loggers.wasm.v3.WasmAccessLog;
import io.weir.filter.FactoryContext;
import io.weir.filter.Worker;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.log.AccessLogFactory;
import io.weir.filter.log.AccessLogger;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code envoy.access_loggers.wasm}. */
public final class WasmAccessLogFactory implements AccessLogFactory {
  private final Supplier<WasmHost> host;

  public WasmAccessLogFactory() {
    host = WasmHost::process;
  }

  WasmAccessLogFactory(WasmHost host) {
    this.host = () -> host;
  }

  @Override
  public String name() {
    return "envoy.access_loggers.wasm";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.access_loggers.wasm.v3.WasmAccessLog");
  }

  @Override
  public @Nullable AccessLogConfig load(Any config, FactoryContext context) {
    WasmAccessLog message = context.unpack(config, WasmAccessLog.getDefaultInstance());
    WasmPlugin plugin =
        message == null
            ? null
            : PluginLoader.load(host.get(), message.getConfig(), context, Place.ACCESS_LOG);
    return plugin == null ? null : new Config(plugin);
  }

  private record Config(WasmPlugin plugin) implements AccessLogConfig {
    @Override
    public CompletionStage<Void> warm() {
      return plugin.warmOnceOrMiss();
    }

    @Override
    public AccessLogger openWorker(Worker worker) {
      return new WasmAccessLogger(plugin.openWhenReady(worker));
    }

    @Override
    public void close() {
      plugin.close();
    }
  }
}
