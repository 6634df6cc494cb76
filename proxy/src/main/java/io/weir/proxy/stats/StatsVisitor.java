package io.weir.proxy.stats;

import io.weir.filter.Stats.HistogramUnit;

/** Receives the statistics of a store, one by one. */
public interface StatsVisitor {
  void counter(String name, long value);

  void gauge(String name, long value);

  /**
   * @param used whether anybody ever wrote it
   */
  default void counter(String name, long value, boolean used) {
    counter(name, value);
  }

  /**
   * @param used whether anybody ever wrote it
   */
  default void gauge(String name, long value, boolean used) {
    gauge(name, value);
  }

  default void textReadout(String name, String value) {}

  default void histogram(String name, HistogramUnit unit, HistogramSnapshot snapshot) {}
}
