package io.weir.proxy.stats;

import io.weir.filter.Histogram;

/** One writer's part of a histogram. Written by one thread, read by any, a little late. */
final class LogLinearRecorder extends LogLinearCounts implements Histogram {
  @Override
  public void record(long value) {
    add(value, 1);
  }
}
