package io.weir.proxy.matcher;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map from byte strings, looked up by a range of an array, without making objects. Immutable.
 *
 * @param <T> the values
 */
public final class BytesTable<T> {
  private final byte[][] keys;
  private final @Nullable Object[] values;
  private final int mask;
  private final boolean ignoreCase;

  /**
   * @param ignoreCase whether look-ups ignore the case of ASCII letters; keys are in lower case
   *     then
   */
  public BytesTable(Map<String, T> entries, boolean ignoreCase) {
    int capacity = Integer.highestOneBit(Math.max(4, entries.size() * 2)) << 1;
    this.keys = new byte[capacity][];
    this.values = new Object[capacity];
    this.mask = capacity - 1;
    this.ignoreCase = ignoreCase;
    entries.forEach(
        (key, value) -> put(key.getBytes(java.nio.charset.StandardCharsets.UTF_8), value));
  }

  private void put(byte[] key, T value) {
    int slot = slot(hash(key, 0, key.length));
    while (values[slot] != null) {
      slot = slot + 1 & mask;
    }
    keys[slot] = key;
    values[slot] = value;
  }

  public @Nullable T get(byte[] bytes, int start, int length) {
    return get(hash(bytes, start, length), bytes, start, length);
  }

  /** As above with the hash of the range at hand, made by {@link Ascii#hash}. */
  @SuppressWarnings("unchecked")
  public @Nullable T get(int hash, byte[] bytes, int start, int length) {
    for (int slot = slot(hash); values[slot] != null; slot = slot + 1 & mask) {
      byte[] key = keys[slot];
      if (key.length == length && Ascii.regionEquals(bytes, start, key, ignoreCase)) {
        return (T) values[slot];
      }
    }
    return null;
  }

  private int hash(byte[] bytes, int start, int length) {
    int hash = Ascii.hashSeed();
    for (int i = start; i < start + length; i++) {
      hash = Ascii.hash(hash, ignoreCase ? Ascii.lower(bytes[i]) : bytes[i]);
    }
    return hash;
  }

  private int slot(int hash) {
    return (hash ^ hash >>> 15) & mask;
  }
}
