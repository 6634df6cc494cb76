package io.weir.wasm;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.network.wasm.v3.Wasm;
import io.weir.filter.FactoryContext;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.network.wasm}. */
public final class WasmNetworkFilterFactory implements NetworkFilterFactory {
  private final Supplier<WasmHost> host;

  public WasmNetworkFilterFactory() {
    host = WasmHost::process;
  }

  WasmNetworkFilterFactory(WasmHost host) {
    this.host = () -> host;
  }

  @Override
  public String name() {
    return "envoy.filters.network.wasm";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.network.wasm.v3.Wasm");
  }

  @Override
  public @Nullable NetworkFilterConfig load(Any config, FactoryContext context) {
    Wasm message = context.unpack(config, Wasm.getDefaultInstance());
    WasmPlugin plugin =
        message == null
            ? null
            : PluginLoader.load(host.get(), message.getConfig(), context, Place.NETWORK_FILTER);
    return plugin == null ? null : new WasmNetworkConfig(plugin);
  }
}
