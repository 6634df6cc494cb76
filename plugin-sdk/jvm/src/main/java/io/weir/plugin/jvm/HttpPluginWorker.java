package io.weir.plugin.jvm;

import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.plugin.HttpPlugin;

/** One instance of an HTTP plugin, on its worker. */
record HttpPluginWorker(HttpPlugin plugin, PluginCalls calls, StartContext context)
    implements HttpFilterWorker {

  @Override
  public HttpFilter newFilter(HttpFilterCallbacks callbacks) {
    if (callbacks.routeConfig() instanceof HttpPluginRoute route) {
      HttpPluginWorker there = route.on(callbacks.worker());
      if (there != null) {
        return new HttpPluginFilter(there, callbacks);
      }
    }
    return new HttpPluginFilter(this, callbacks);
  }

  @Override
  public void close() {
    context.close();
  }
}
