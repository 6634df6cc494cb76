package io.weir.lua;

import io.weir.filter.PluginRegistry;
import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterWorker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A loaded {@code Lua} message.
 *
 * @param script the default code block, null when there is none
 * @param named {@code source_codes}
 * @param statPrefix in front of the filter's and the scripts' statistics
 * @param clearRouteCache whether a change of request headers makes the route be found again
 * @param shown what is to be taken from {@code /plugins} with the configuration
 */
record LuaFilterConfig(
    @Nullable LuaScript script,
    Map<String, LuaScript> named,
    String statPrefix,
    boolean clearRouteCache,
    List<PluginRegistry.Registration> shown)
    implements HttpFilterConfig {

  LuaFilterConfig {
    shown = List.copyOf(shown);
  }

  @Override
  public void close() {
    shown.forEach(PluginRegistry.Registration::close);
  }

  @Override
  public HttpFilterWorker openWorker(Worker worker) {
    var states = new HashMap<String, ScriptState>();
    named.forEach((name, block) -> states.put(name, published(name, block, worker)));
    ScriptState main = script == null ? null : published("default", script, worker);
    return new LuaFilterWorker(worker, main, Map.copyOf(states), statPrefix, clearRouteCache);
  }

  private ScriptState published(String name, LuaScript block, Worker worker) {
    ScriptState state = block.open(worker);
    if (state.options().statistics()) {
      state.meter().publish(worker.stats(), statPrefix, name);
    }
    return state;
  }
}
