package io.weir.plugin.jvm;

import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.plugin.NetworkPlugin;

/** One instance of a network plugin, on its worker. */
record NetworkPluginWorker(NetworkPlugin plugin, PluginCalls calls, StartContext context)
    implements NetworkFilterWorker {
  @Override
  public NetworkFilter newFilter(NetworkFilterCallbacks callbacks) {
    return new NetworkPluginFilter(plugin, calls, callbacks);
  }

  @Override
  public void close() {
    context.close();
  }
}
