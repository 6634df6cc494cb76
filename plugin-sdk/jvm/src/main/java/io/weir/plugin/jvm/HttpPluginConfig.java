package io.weir.plugin.jvm;

import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.plugin.HttpPlugin;

/** A loaded HTTP plugin; each worker has its own instance. */
record HttpPluginConfig(PluginMaker<HttpPlugin> maker, ModuleConfig module, String statPrefix)
    implements HttpFilterConfig {

  @Override
  public HttpFilterWorker openWorker(Worker worker) {
    var log = new PluginLog(module.plugin());
    try {
      HttpPlugin plugin = maker.make();
      plugin.start(new StartContext(module.configuration(), log));
      String prefix = statPrefix + "dynamic_modules." + module.plugin() + ".";
      var errors = worker.stats().counter(prefix, "errors");
      var budget = Budget.ofThread(PluginCalls.BUDGET_MILLIS);
      var calls = new PluginCalls(budget, log, errors);
      return callbacks -> new HttpPluginFilter(plugin, calls, callbacks);
    } catch (ReflectiveOperationException e) {
      throw new PluginException("cannot make " + module.plugin() + ": " + e.getMessage());
    }
  }
}
