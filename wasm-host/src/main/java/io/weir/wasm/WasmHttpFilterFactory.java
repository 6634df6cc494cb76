package io.weir.wasm;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.http.wasm}. */
public final class WasmHttpFilterFactory implements HttpFilterFactory {
  private final Supplier<WasmHost> host;

  public WasmHttpFilterFactory() {
    host = WasmHost::process;
  }

  WasmHttpFilterFactory(WasmHost host) {
    this.host = () -> host;
  }

  @Override
  public String name() {
    return "envoy.filters.http.wasm";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.http.wasm.v3.Wasm");
  }

  @Override
  public boolean upstream() {
    return true;
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    Wasm message = context.unpack(config, Wasm.getDefaultInstance());
    WasmPlugin plugin =
        message == null
            ? null
            : PluginLoader.load(host.get(), message.getConfig(), context, Place.HTTP_FILTER);
    return plugin == null ? null : new WasmHttpConfig(plugin);
  }

  /** Envoy has no such thing: another plugin for a route, of the same message type. */
  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    Wasm message = context.unpack(config, Wasm.getDefaultInstance());
    WasmPlugin plugin =
        message == null
            ? null
            : PluginLoader.load(host.get(), message.getConfig(), context, Place.ROUTE);
    return plugin == null
        ? null
        : new WasmRouteConfig(plugin, List.copyOf(context.workers().all()));
  }
}
