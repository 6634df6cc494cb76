package io.weir.lua;

import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterWorker;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A loaded {@code Lua} message.
 *
 * @param script the default code block, null when there is none
 * @param named {@code source_codes}
 * @param statPrefix in front of the filter's and the scripts' statistics
 * @param clearRouteCache whether a change of request headers makes the route be found again
 */
record LuaFilterConfig(
    @Nullable LuaScript script,
    Map<String, LuaScript> named,
    String statPrefix,
    boolean clearRouteCache)
    implements HttpFilterConfig {

  @Override
  public HttpFilterWorker openWorker(Worker worker) {
    var states = new HashMap<String, ScriptState>();
    named.forEach((name, block) -> states.put(name, block.open(worker)));
    ScriptState main = script == null ? null : script.open(worker);
    return new LuaFilterWorker(worker, main, Map.copyOf(states), statPrefix, clearRouteCache);
  }
}
