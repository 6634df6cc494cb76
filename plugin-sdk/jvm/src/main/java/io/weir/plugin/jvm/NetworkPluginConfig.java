package io.weir.plugin.jvm;

import io.weir.filter.PluginRegistry;
import io.weir.filter.Worker;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.plugin.NetworkPlugin;

/** A loaded network plugin; each worker has its own instance. */
record NetworkPluginConfig(
    PluginMaker<NetworkPlugin> maker,
    ModuleConfig module,
    SharedValues shared,
    String statPrefix,
    Accounts accounts,
    PluginRegistry.Registration shown)
    implements NetworkFilterConfig {
  @Override
  public NetworkFilterWorker openWorker(Worker worker) {
    var calls = PluginCalls.of(module, statPrefix, accounts.of(worker), worker);
    var context = new StartContext(module, worker, shared, calls);
    try {
      NetworkPlugin plugin = maker.make(context);
      context.onEvents(plugin::onTick, plugin::onQueue);
      return new NetworkPluginWorker(plugin, calls, context);
    } catch (ReflectiveOperationException e) {
      throw new PluginException("cannot make " + module.plugin() + ": " + e.getMessage());
    }
  }

  @Override
  public void close() {
    shown.close();
  }
}
