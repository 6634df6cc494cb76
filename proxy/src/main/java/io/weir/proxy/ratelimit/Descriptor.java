package io.weir.proxy.ratelimit;

import java.util.List;

/**
 * What one request is counted as.
 *
 * @param hits how much the request counts
 */
public record Descriptor(List<Entry> entries, long hits) {
  public Descriptor {
    entries = List.copyOf(entries);
  }

  /** A key and its value. */
  public record Entry(String key, String value) {}
}
