package io.weir.proxy.stats;

/** A histogram's counts over all writers, renewed at each merge. Guarded by its scope. */
final class MergedHistogram {
  private LogLinearCounts total = new LogLinearCounts();
  private HistogramSnapshot snapshot = HistogramSnapshot.EMPTY;

  /** Whether an update with so many values would change nothing. */
  boolean isUpToDate(long count) {
    return count == total.count() && snapshot.interval().count() == 0;
  }

  void update(LogLinearCounts latest) {
    var interval = HistogramStatistics.of(latest.minus(total));
    snapshot = new HistogramSnapshot(interval, HistogramStatistics.of(latest));
    total = latest;
  }

  HistogramSnapshot snapshot() {
    return snapshot;
  }
}
