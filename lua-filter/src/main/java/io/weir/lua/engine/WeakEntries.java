package io.weir.lua.engine;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a table with {@code __mode}: references to objects on the weak side do not count.
 */
final class WeakEntries {

  /** A weakly held object that equals another reference to the same object. */
  private static final class WeakKey extends WeakReference<Object> {
    private final int hash;

    WeakKey(Object key) {
      super(key);
      hash = System.identityHashCode(key);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      if (this == other) {
        return true;
      }
      Object mine = get();
      return mine != null && other instanceof WeakKey key && key.get() == mine;
    }
  }

  private final boolean weakKeys;
  private final boolean weakValues;
  private final Map<Object, Object> entries = new LinkedHashMap<>();
  private List<Object> snapshot = List.of();

  WeakEntries(LuaString mode) {
    weakKeys = mode.text().indexOf('k') >= 0;
    weakValues = mode.text().indexOf('v') >= 0;
  }

  private static boolean object(Object value) {
    return value instanceof LuaTable
        || value instanceof LuaFunction
        || value instanceof LuaUserdata
        || value instanceof Coroutine;
  }

  private Object wrap(Object key) {
    return weakKeys && object(key) ? new WeakKey(key) : key;
  }

  @Nullable Object get(Object key) {
    Object value = entries.get(wrap(key));
    return value instanceof WeakReference<?> reference ? reference.get() : value;
  }

  void put(Object key, @Nullable Object value) {
    if (value == null) {
      entries.remove(wrap(key));
    } else {
      entries.put(wrap(key), weakValues && object(value) ? new WeakReference<>(value) : value);
    }
  }

  int length() {
    int n = 0;
    while (get(n + 1.0) != null) {
      n++;
    }
    return n;
  }

  /** Fixes the order of a traversal that begins now. */
  void snapshot() {
    entries
        .values()
        .removeIf(v -> v instanceof WeakReference<?> reference && reference.get() == null);
    var keys = new ArrayList<Object>();
    for (Object key : List.copyOf(entries.keySet())) {
      Object strong = key instanceof WeakKey reference ? reference.get() : key;
      if (strong == null) {
        entries.remove(key);
      } else {
        keys.add(strong);
      }
    }
    snapshot = keys;
  }

  int snapshotSize() {
    return snapshot.size();
  }

  Object snapshotKey(int at) {
    return snapshot.get(at);
  }

  /** Where a key stands in the traversal, −2 when it is not part of it. */
  int snapshotIndex(Object key) {
    int at = snapshot.indexOf(key);
    return at < 0 ? -2 : at;
  }
}
