package io.weir.proxy.stats;

/**
 * A histogram as it was at the last merge.
 *
 * @param interval what was recorded between the last two merges
 * @param cumulative everything
 */
public record HistogramSnapshot(HistogramStatistics interval, HistogramStatistics cumulative) {
  static final HistogramSnapshot EMPTY =
      new HistogramSnapshot(HistogramStatistics.EMPTY, HistogramStatistics.EMPTY);
}
