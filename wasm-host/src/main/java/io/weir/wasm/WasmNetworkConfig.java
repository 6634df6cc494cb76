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
    return plugin.warm();
  }

  @Override
  public NetworkFilterWorker openWorker(Worker worker) {
    return new WasmNetworkWorker(plugin.open(worker));
  }

  @Override
  public void close() {
    plugin.close();
  }
}
