package io.weir.wasm;

import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.HttpFilterWorker;
import org.jspecify.annotations.Nullable;

/** An HTTP wasm plugin on one worker; a route may put another plugin in its place. */
final class WasmHttpWorker implements HttpFilterWorker {
  private final PluginOnWorker plugin;

  WasmHttpWorker(PluginOnWorker plugin) {
    this.plugin = plugin;
  }

  PluginOnWorker plugin() {
    return plugin;
  }

  @Override
  public @Nullable HttpFilter newFilter(HttpFilterCallbacks callbacks) {
    PluginOnWorker chosen = plugin;
    if (callbacks.routeConfig() instanceof WasmRouteConfig route) {
      PluginOnWorker there = route.on(plugin.worker());
      chosen = there == null ? plugin : there;
    }
    return chosen.newStream(callbacks);
  }

  @Override
  public void close() {
    plugin.close();
  }
}
