package io.weir.lua.engine;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code collectgarbage} does. Memory is the JVM's business, so nothing, unless the script can
 * tell: it has weak tables or proxies with {@code __gc}. Then the JVM is asked to collect, a few
 * times per state only, since that stops all workers.
 */
public final class WeakCollector {
  private static final int MOST_COLLECTIONS = 64;

  private record Proxy(WeakReference<LuaUserdata> reference, LuaTable metatable) {}

  private final LuaState state;
  private final List<Proxy> proxies = new ArrayList<>();
  private boolean weakTables;
  private int collections;

  WeakCollector(LuaState state) {
    this.state = state;
  }

  /** A table has become weak. */
  public void watchWeakTables() {
    weakTables = true;
  }

  public void watch(LuaUserdata proxy, LuaTable metatable) {
    proxies.add(new Proxy(new WeakReference<>(proxy), metatable));
  }

  public void collect() {
    if (!weakTables && proxies.isEmpty() || collections++ >= MOST_COLLECTIONS) {
      return;
    }
    System.gc();
    for (Proxy proxy : List.copyOf(proxies)) {
      if (proxy.reference.get() == null) {
        proxies.remove(proxy);
        Object handler = proxy.metatable.get(Metamethod.GC.key());
        if (handler != null) {
          Calls.call(state, handler, new LuaUserdata(proxy.metatable));
        }
      }
    }
  }
}
