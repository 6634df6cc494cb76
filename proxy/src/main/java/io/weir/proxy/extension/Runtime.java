package io.weir.proxy.extension;

import io.weir.filter.FactoryContext;
import org.jspecify.annotations.Nullable;

/**
 * The merged runtime layers: keys that an operator may change while the proxy runs. Any thread;
 * reading is one look-up in an immutable map.
 */
public interface Runtime {

  /** A runtime that knows no key. */
  Runtime EMPTY = _ -> null;

  /** The runtime of a load; empty when the context is not the proxy's own. */
  static Runtime of(FactoryContext context) {
    return context instanceof LoadContext load ? load.runtime() : EMPTY;
  }

  /** The value of the highest layer that has the key, or null. */
  @Nullable Entry find(String key);

  /** The key's value as a whole number, or {@code fallback} when it is absent or not a number. */
  default long integer(String key, long fallback) {
    Entry entry = key.isEmpty() ? null : find(key);
    return entry == null || !entry.numeric() ? fallback : (long) entry.number();
  }

  /** The key's value as a number, or {@code fallback}. */
  default double number(String key, double fallback) {
    Entry entry = key.isEmpty() ? null : find(key);
    return entry == null || !entry.numeric() ? fallback : entry.number();
  }

  /** The key's value as a boolean, or {@code fallback}. */
  default boolean flag(String key, boolean fallback) {
    Entry entry = key.isEmpty() ? null : find(key);
    return entry == null || entry.bool() == null ? fallback : entry.bool();
  }

  /**
   * One value.
   *
   * @param text as {@code /runtime} prints it
   * @param numeric whether the text is a number
   * @param bool null when the text is no boolean
   * @param numerator of a {@code FractionalPercent}; −1 when the value is none
   */
  record Entry(
      String text,
      boolean numeric,
      double number,
      @Nullable Boolean bool,
      long numerator,
      long denominator) {}
}
