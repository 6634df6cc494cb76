package io.weir.plugin.jvm;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin's callbacks on one worker cost. Every 64th is measured, so that the data path reads
 * no clock for the others. Written by its worker.
 */
final class Account {
  private static final int EVERY = 64;
  private static final @Nullable ThreadMXBean THREADS =
      ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
              && bean.isThreadAllocatedMemorySupported()
          ? bean
          : null;

  private long calls;
  private long samples;
  private long nanos;
  private long bytes;
  private long failures;
  private String lastFailure = "";
  private long sampleNanos;
  private long sampleBytes;

  /** A callback begins; returns whether it is measured. */
  boolean begin() {
    if (++calls % EVERY != 0) {
      return false;
    }
    sampleNanos = System.nanoTime();
    sampleBytes = THREADS == null ? 0 : THREADS.getCurrentThreadAllocatedBytes();
    return true;
  }

  /** A measured callback, or its part up to a wait, has ended. */
  void end() {
    samples++;
    nanos += System.nanoTime() - sampleNanos;
    bytes += THREADS == null ? 0 : THREADS.getCurrentThreadAllocatedBytes() - sampleBytes;
  }

  void failed(String reason) {
    failures++;
    lastFailure = reason;
  }

  Report report() {
    return new Report(calls, samples, nanos, bytes, failures, lastFailure);
  }

  /**
   * Sums at one moment.
   *
   * @param nanos of the samples
   * @param bytes allocated by the samples
   */
  record Report(
      long calls, long samples, long nanos, long bytes, long failures, String lastFailure) {
    static final Report NONE = new Report(0, 0, 0, 0, 0, "");

    Report plus(Report other) {
      return new Report(
          calls + other.calls,
          samples + other.samples,
          nanos + other.nanos,
          bytes + other.bytes,
          failures + other.failures,
          other.lastFailure.isEmpty() ? lastFailure : other.lastFailure);
    }
  }
}
