package io.weir.plugin.jvm;

import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.plugin.HttpPlugin;

/** A loaded HTTP plugin; each worker has its own instance. */
record HttpPluginConfig(
    PluginMaker<HttpPlugin> maker, ModuleConfig module, SharedValues shared, String statPrefix)
    implements HttpFilterConfig {

  @Override
  public HttpFilterWorker openWorker(Worker worker) {
    var log = new PluginLog(module.plugin());
    try {
      HttpPlugin plugin = maker.make();
      String prefix = statPrefix + "dynamic_modules." + module.plugin() + ".";
      var errors = worker.stats().counter(prefix, "errors");
      var budget = Budget.ofThread(PluginCalls.BUDGET_MILLIS);
      var calls = new PluginCalls(budget, log, errors);
      var context = new StartContext(module, log, worker, shared, () -> tick(plugin, calls));
      plugin.start(context);
      return new HttpPluginWorker(plugin, calls, worker.clusters(), context);
    } catch (ReflectiveOperationException e) {
      throw new PluginException("cannot make " + module.plugin() + ": " + e.getMessage());
    }
  }

  private static void tick(HttpPlugin plugin, PluginCalls calls) {
    calls.budget().enter();
    try {
      plugin.onTick();
    } catch (Throwable e) {
      calls.failed("onTick", e);
    } finally {
      calls.budget().exit();
    }
  }
}
