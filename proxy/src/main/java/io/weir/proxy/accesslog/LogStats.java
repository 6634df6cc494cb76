package io.weir.proxy.accesslog;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;

/** {@code filesystem.*} of one worker: what became of access log lines. */
final class LogStats {
  private static final String PREFIX = "filesystem.";

  private final Counter buffered;
  private final Counter flushedByTimer;
  private final Counter completed;
  private final Counter failed;
  private final Gauge bytes;

  LogStats(Stats stats) {
    buffered = stats.counter(PREFIX, "write_buffered");
    flushedByTimer = stats.counter(PREFIX, "flushed_by_timer");
    completed = stats.counter(PREFIX, "write_completed");
    failed = stats.counter(PREFIX, "write_failed");
    bytes = stats.gauge(PREFIX, "write_total_buffered");
  }

  /** A line waits. */
  void buffered(int length) {
    buffered.inc();
    bytes.add(length);
  }

  void flushedByTimer() {
    flushedByTimer.inc();
  }

  /** Lines were handed to the writer, or dropped because it cannot keep up. */
  void handedOver(int length, boolean taken) {
    (taken ? completed : failed).inc();
    bytes.add(-length);
  }
}
