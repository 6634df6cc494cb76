package io.weir.wasm;

import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterWorker;
import java.util.concurrent.CompletionStage;

/** A wasm plugin as an HTTP filter. */
final class WasmHttpConfig implements HttpFilterConfig {
  private final WasmPlugin plugin;

  WasmHttpConfig(WasmPlugin plugin) {
    this.plugin = plugin;
  }

  @Override
  public CompletionStage<Void> warm() {
    return plugin.warmOrMiss();
  }

  @Override
  public HttpFilterWorker openWorker(Worker worker) {
    MissingPlugin missing = plugin.missing();
    return missing == null ? new WasmHttpWorker(plugin.open(worker)) : missing;
  }

  @Override
  public void close() {
    plugin.close();
  }
}
