package io.weir.plugin.jvm;

import io.weir.filter.Worker;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.plugin.NetworkPlugin;

/** A loaded network plugin; each worker has its own instance. */
record NetworkPluginConfig(
    PluginMaker<NetworkPlugin> maker, ModuleConfig module, SharedValues shared, String statPrefix)
    implements NetworkFilterConfig {

  @Override
  public NetworkFilterWorker openWorker(Worker worker) {
    var log = new PluginLog(module.plugin());
    try {
      NetworkPlugin plugin = maker.make();
      plugin.start(new StartContext(module, log, worker, shared, () -> {}));
      String prefix = statPrefix + "dynamic_modules." + module.plugin() + ".";
      var errors = worker.stats().counter(prefix, "errors");
      var calls = new PluginCalls(Budget.ofThread(PluginCalls.BUDGET_MILLIS), log, errors);
      return callbacks -> new NetworkPluginFilter(plugin, calls, callbacks);
    } catch (ReflectiveOperationException e) {
      throw new PluginException("cannot make " + module.plugin() + ": " + e.getMessage());
    }
  }
}
