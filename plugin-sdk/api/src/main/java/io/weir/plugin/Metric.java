package io.weir.plugin;

/** A counter, gauge or histogram of the proxy; resolve it in {@code start} and keep it. */
public interface Metric {

  /** Adds to a counter or a gauge; a gauge may go down. */
  void add(long amount);

  /** Sets a gauge, or gives a histogram one more value. */
  void record(long value);
}
