package io.weir.plugin.jvm;

import io.weir.filter.PluginRegistry;
import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.plugin.HttpPlugin;

/** A loaded HTTP plugin; each worker has its own instance. */
record HttpPluginConfig(
    PluginMaker<HttpPlugin> maker,
    ModuleConfig module,
    SharedValues shared,
    String statPrefix,
    Accounts accounts,
    PluginRegistry.Registration shown)
    implements HttpFilterConfig {
  @Override
  public HttpPluginWorker openWorker(Worker worker) {
    var calls = PluginCalls.of(module, statPrefix, accounts.of(worker), worker);
    var context = new StartContext(module, worker, shared, calls);
    try {
      HttpPlugin plugin = maker.make(context);
      context.onEvents(plugin::onTick, plugin::onQueue);
      return new HttpPluginWorker(plugin, calls, context);
    } catch (ReflectiveOperationException e) {
      throw new PluginException("cannot make " + module.plugin() + ": " + e.getMessage());
    }
  }

  @Override
  public void close() {
    shown.close();
  }
}
