package io.weir.wasm;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.wasm.v3.WasmService;
import io.weir.filter.FactoryContext;
import io.weir.filter.Worker;
import io.weir.filter.log.BootstrapExtensionFactory;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code envoy.bootstrap.wasm}: a plugin without streams, on every worker or, as a singleton, on
 * the first one.
 */
public final class WasmServiceFactory implements BootstrapExtensionFactory {
  private final Supplier<WasmHost> host;

  public WasmServiceFactory() {
    host = WasmHost::process;
  }

  WasmServiceFactory(WasmHost host) {
    this.host = () -> host;
  }

  @Override
  public String name() {
    return "envoy.bootstrap.wasm";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.wasm.v3.WasmService");
  }

  @Override
  public @Nullable BootstrapExtension load(Any config, FactoryContext context) {
    WasmService message = context.unpack(config, WasmService.getDefaultInstance());
    if (message == null) {
      return null;
    }
    WasmPlugin plugin =
        PluginLoader.load(
            host.get(), message.getConfig(), context, Place.SERVICE, message.getSingleton());
    return plugin == null ? null : new Service(plugin, message.getSingleton());
  }

  private record Service(WasmPlugin plugin, boolean singleton) implements BootstrapExtension {
    @Override
    public CompletionStage<Void> warm() {
      return plugin.warmOnceOrMiss();
    }

    @Override
    public void openWorker(Worker worker) {
      if (!singleton || worker.index() == 0) {
        plugin.openWhenReady(worker);
      }
    }

    @Override
    public void close() {
      plugin.close();
    }
  }
}
