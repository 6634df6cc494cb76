package io.weir.lua;

import io.weir.filter.PluginRegistry;
import io.weir.filter.Value;
import io.weir.filter.http.RouteConfig;
import org.jspecify.annotations.Nullable;

/**
 * {@code LuaPerRoute}.
 *
 * @param name a code block of the filter, empty for none named
 * @param script a code block of the route's own; runs on a worker when a stream there first takes
 *     the route, because thousands of routes would fill the memory with states that nobody uses
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
}
