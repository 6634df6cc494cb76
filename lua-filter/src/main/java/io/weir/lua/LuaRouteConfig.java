package io.weir.lua;

import io.weir.filter.PluginRegistry;
import io.weir.filter.Value;
import io.weir.filter.Worker;
import io.weir.filter.http.RouteConfig;
import org.jspecify.annotations.Nullable;

/**
 * {@code LuaPerRoute}.
 *
 * @param name a code block of the filter, empty for none named
 * @param script a code block of the route's own
 * @param shown what is to be taken from {@code /plugins} with the configuration
 */
record LuaRouteConfig(
    boolean disabled,
    String name,
    @Nullable LuaScript script,
    Value.MapValue filterContext,
    PluginRegistry.@Nullable Registration shown)
    implements RouteConfig {

  @Override
  public void close() {
    if (shown != null) {
      shown.close();
    }
  }

  @Override
  public void openWorker(Worker worker) {
    if (script != null) {
      script.open(worker);
    }
  }
}
