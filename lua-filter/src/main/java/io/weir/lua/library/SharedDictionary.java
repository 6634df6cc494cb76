package io.weir.lua.library;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Strings, numbers and booleans that the scripts of all workers share. Bounded: what has not been
 * used for longest goes first. Any thread; every operation is a short critical section, so that
 * {@code incr} and {@code add} are atomic across workers.
 */
public final class SharedDictionary {
  /** What an entry costs beyond its bytes. */
  private static final int OVERHEAD = 96;

  /**
   * @param value a {@code LuaString}, {@code Double} or {@code Boolean}
   * @param expires monotonic nanoseconds, {@link Long#MAX_VALUE} for never
   */
  private record Entry(Object value, long expires, int bytes) {}

  private final long maxBytes;
  private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  public SharedDictionary(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The value, or null when there is none or its time is over. */
  public synchronized @Nullable Object get(String key, long now) {
    Entry entry = entries.get(key);
    if (entry != null && entry.expires <= now) {
      remove(key);
      return null;
    }
    return entry == null ? null : entry.value;
  }

  /**
   * Stores a value.
   *
   * @param value null to remove the key
   * @param size the bytes of key and value
   * @return false when it does not fit
   */
  public synchronized boolean set(String key, @Nullable Object value, int size, long expires) {
    remove(key);
    if (value == null) {
      return true;
    }
    int cost = size + OVERHEAD;
    if (cost > maxBytes) {
      return false;
    }
    entries.put(key, new Entry(value, expires, cost));
    bytes += cost;
    makeRoom();
    return true;
  }

  /** As {@link #set}, unless the key has a value. */
  public synchronized boolean add(String key, Object value, int size, long expires, long now) {
    return get(key, now) == null && set(key, value, size, expires);
  }

  /**
   * Adds to a number.
   *
   * @param initial what a missing key starts from; null to leave it missing
   * @return the new number, or null when there is none
   */
  public synchronized @Nullable Double increment(
      String key, double by, @Nullable Double initial, int size, long expires, long now) {
    Object old = get(key, now);
    if (old == null ? initial == null : !(old instanceof Double)) {
      return null;
    }
    double value = (old instanceof Double number ? number : initial == null ? 0 : initial) + by;
    Entry known = entries.get(key);
    set(key, value, size, known == null ? expires : known.expires);
    return value;
  }

  public synchronized void clear() {
    entries.clear();
    bytes = 0;
  }

  public synchronized int size() {
    return entries.size();
  }

  private void remove(String key) {
    Entry old = entries.remove(key);
    if (old != null) {
      bytes -= old.bytes;
    }
  }

  private void makeRoom() {
    var oldest = entries.entrySet().iterator();
    while (bytes > maxBytes && oldest.hasNext()) {
      Map.Entry<String, Entry> entry = oldest.next();
      bytes -= entry.getValue().bytes;
      oldest.remove();
    }
  }
}
