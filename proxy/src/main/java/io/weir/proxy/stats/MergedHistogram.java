package io.weir.proxy.stats;

import io.weir.filter.Stats.HistogramUnit;

/** A histogram's counts over all writers, renewed at each merge. Guarded by its scope. */
final class MergedHistogram {
  private static final double PERCENT = 1e-4;

  private final double unit;
  private LogLinearCounts total = new LogLinearCounts();
  private HistogramSnapshot snapshot = HistogramSnapshot.EMPTY;

  MergedHistogram(HistogramUnit unit) {
    this.unit = unit == HistogramUnit.PERCENT ? PERCENT : 1;
  }

  /** Whether an update with so many values would change nothing. */
  boolean isUpToDate(long count) {
    return count == total.count() && snapshot.interval().count() == 0;
  }

  void update(LogLinearCounts latest) {
    var interval = HistogramStatistics.of(latest.minus(total), unit);
    snapshot = new HistogramSnapshot(interval, HistogramStatistics.of(latest, unit));
    total = latest;
  }

  HistogramSnapshot snapshot() {
    return snapshot;
  }
}
