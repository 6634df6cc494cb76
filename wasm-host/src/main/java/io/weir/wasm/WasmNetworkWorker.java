package io.weir.wasm;

import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.wasm.context.NetworkContext;

/** A network wasm plugin on one worker. */
final class WasmNetworkWorker implements NetworkFilterWorker {
  private static final NetworkFilter BYPASS = new NetworkFilter() {};

  private final PluginOnWorker plugin;

  WasmNetworkWorker(PluginOnWorker plugin) {
    this.plugin = plugin;
  }

  @Override
  public NetworkFilter newFilter(NetworkFilterCallbacks callbacks) {
    return plugin.bypassed()
        ? BYPASS
        : new NetworkContext(plugin.root(), plugin.plugin(), callbacks);
  }

  @Override
  public void close() {
    plugin.close();
  }
}
