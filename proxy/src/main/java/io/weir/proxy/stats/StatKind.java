package io.weir.proxy.stats;

/** What a statistic is. */
public enum StatKind {
  COUNTER,
  GAUGE,
  HISTOGRAM
}
