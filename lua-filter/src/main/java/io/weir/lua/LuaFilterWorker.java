package io.weir.lua;

import io.weir.filter.Counter;
import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.HttpFilterWorker;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configuration on one worker: the states of its code blocks and its counters. */
final class LuaFilterWorker implements HttpFilterWorker {
  private final Worker worker;
  private final @Nullable ScriptState script;
  private final Map<String, ScriptState> named;
  private final String statPrefix;
  private final boolean clearRouteCache;
  private final Counter executions;
  private final Counter errors;

  LuaFilterWorker(
      Worker worker,
      @Nullable ScriptState script,
      Map<String, ScriptState> named,
      String statPrefix,
      boolean clearRouteCache) {
    this.worker = worker;
    this.script = script;
    this.named = named;
    this.statPrefix = statPrefix;
    this.clearRouteCache = clearRouteCache;
    this.executions = worker.stats().counter(statPrefix, "executions");
    this.errors = worker.stats().counter(statPrefix, "errors");
  }

  @Override
  public HttpFilter newFilter(HttpFilterCallbacks callbacks) {
    return new LuaFilter(this, callbacks);
  }

  Worker worker() {
    return worker;
  }

  String statPrefix() {
    return statPrefix;
  }

  boolean clearRouteCache() {
    return clearRouteCache;
  }

  Counter executions() {
    return executions;
  }

  Counter errors() {
    return errors;
  }

  /** The code block for a route; null for none. A name that is not known means none. */
  @Nullable ScriptState stateFor(@Nullable LuaRouteConfig route) {
    if (route == null) {
      return script;
    }
    if (route.disabled()) {
      return null;
    }
    if (!route.name().isEmpty()) {
      return named.get(route.name());
    }
    return route.script() == null ? script : route.script().open(worker);
  }
}
