package io.weir.wasm;

import io.weir.filter.Worker;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterWorker;
import java.util.concurrent.CompletionStage;

/** A wasm plugin as a network filter. */
final class WasmNetworkConfig implements NetworkFilterConfig {
  private final WasmPlugin plugin;

  WasmNetworkConfig(WasmPlugin plugin) {
    this.plugin = plugin;
  }

  @Override
  public CompletionStage<Void> warm() {
    return plugin.warmOrMiss();
  }

  @Override
  public NetworkFilterWorker openWorker(Worker worker) {
    MissingPlugin missing = plugin.missing();
    return missing == null ? new WasmNetworkWorker(plugin.open(worker)) : missing;
  }

  @Override
  public void close() {
    plugin.close();
  }
}
