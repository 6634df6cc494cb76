package io.weir.wasm;

import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.wasm.context.HttpContext;
import org.jspecify.annotations.Nullable;

/** An HTTP wasm plugin on one worker. */
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
    return plugin.bypassed() ? null : new HttpContext(plugin.root(), plugin.plugin(), callbacks);
  }

  @Override
  public void close() {
    plugin.close();
  }
}
