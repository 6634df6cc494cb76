package io.weir.lua;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;
import org.jspecify.annotations.Nullable;

/**
 * What one script did on one worker: calls, waits, errors, CPU time, memory. Owned by that worker;
 * others read the numbers as they are.
 */
final class ScriptMeter {
  /** One run in so many is timed: two looks at the clock cost as much as a short script. */
  private static final int SAMPLE = 16;

  /** Runs between two measurements of the memory. */
  private static final int MEMORY_INTERVAL = 4_096;

  private long calls;
  private long yields;
  private long errors;
  private long sampledNanos;
  private long samples;
  private long runs;
  private @Nullable String lastError;
  private @Nullable Published published;

  /** The numbers as statistics, for those who asked for them. */
  private record Published(
      Counter calls, Counter yields, Counter errors, Counter microseconds, Gauge memoryBytes) {}

  /** Shows the numbers among a worker's statistics, under a short name. */
  void publish(Stats stats, String prefix, String name) {
    String own = prefix + "script." + name + ".";
    published =
        new Published(
            stats.counter(own, "calls"),
            stats.counter(own, "yields"),
            stats.counter(own, "errors"),
            stats.counter(own, "microseconds"),
            stats.gauge(own, "memory_bytes"));
  }

  /** Whether the run that begins now is to be timed. */
  boolean sampled() {
    return ++runs % SAMPLE == 0;
  }

  void called() {
    calls++;
    if (published != null) {
      published.calls.inc();
    }
  }

  void yielded() {
    yields++;
    if (published != null) {
      published.yields.inc();
    }
  }

  void ran(long nanos) {
    sampledNanos += nanos;
    samples++;
    if (published != null) {
      published.microseconds.add(nanos * SAMPLE / 1_000);
    }
  }

  void failed(String error) {
    errors++;
    lastError = error;
    if (published != null) {
      published.errors.inc();
    }
  }

  /** Whether it is time to measure the script's memory, and somebody wants to know. */
  boolean memoryDue() {
    return published != null && runs % MEMORY_INTERVAL == 1;
  }

  void memory(long bytes) {
    if (published != null) {
      published.memoryBytes.set(bytes);
    }
  }

  /**
   * A copy of the numbers.
   *
   * @param memoryBytes what the script's globals reach now
   */
  ScriptReport report(long memoryBytes, @Nullable String loadFailure) {
    long micros = samples == 0 ? 0 : sampledNanos * runs / samples / 1_000;
    return new ScriptReport(calls, yields, errors, micros, memoryBytes, lastError, loadFailure);
  }
}
