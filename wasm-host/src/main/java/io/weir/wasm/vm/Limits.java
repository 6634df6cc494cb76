package io.weir.wasm.vm;

/**
 * What one instance may use.
 *
 * @param memoryPages pages of 64 KiB that its memory may have
 * @param callbackMillis CPU time of one call into the guest
 * @param startMillis CPU time of a start or configuration call
 * @param streamMillis CPU time of all calls for one stream together, as far as they take longer
 *     than the watchdog's tick
 * @param logLinesPerSecond lines that its guest may log; what is over that is dropped and counted
 * @param pausedMillis how long a stream may be paused with nothing under way that could end that
 */
public record Limits(
    int memoryPages,
    long callbackMillis,
    long startMillis,
    long streamMillis,
    long logLinesPerSecond,
    long pausedMillis) {
  public static final Limits DEFAULT = new Limits(4096, 200, 20_000);

  /** The defaults but for what is given. */
  public Limits(int memoryPages, long callbackMillis, long startMillis) {
    this(memoryPages, callbackMillis, startMillis, 1000, 10_000, 60_000);
  }
}
