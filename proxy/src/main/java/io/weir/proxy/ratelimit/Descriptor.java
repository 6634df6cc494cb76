package io.weir.proxy.ratelimit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one request is counted as.
 *
 * @param hits how much the request counts
 * @param counted whether the configuration says how much
 * @param override a limit in place of the one that the service knows, or null
 */
public record Descriptor(
    List<Entry> entries, long hits, boolean counted, @Nullable Override override) {
  public Descriptor {
    entries = List.copyOf(entries);
  }

  /** A key and its value. */
  public record Entry(String key, String value) {}

  /**
   * A limit.
   *
   * @param unit as {@code envoy.type.v3.RateLimitUnit} names it
   */
  public record Override(long perUnit, String unit) {}
}
