package io.weir.wasm;

/**
 * What happens to streams when a plugin has failed.
 *
 * @param kind whether they are refused, go on without it, or are refused until it runs again
 * @param trapPasses whether the stream whose callback failed goes on as well: the old {@code
 *     fail_open} does that, {@code FAIL_OPEN} refuses it
 * @param baseMillis first back-off before a plugin is started again
 * @param maxMillis longest back-off
 */
record FailurePolicy(Kind kind, boolean trapPasses, long baseMillis, long maxMillis) {
  private static final int MAX_DOUBLINGS = 16;

  /** That many failures in a row are a crash loop. */
  private static final int CRASH_LOOP = 20;

  private static final long CRASH_LOOP_FACTOR = 10;
  private static final long CRASH_LOOP_MILLIS = 60_000;

  /** The three policies. */
  enum Kind {
    CLOSED,
    OPEN,
    RELOAD
  }

  /** Whether a plugin that failed so often in a row is left alone for long. */
  static boolean crashLoop(int failures) {
    return failures >= CRASH_LOOP;
  }

  /**
   * The time to wait after that many failures in a row: doubling from the base up to the maximum,
   * plus up to half of itself.
   *
   * @param jitter 0 to 1
   */
  long backoffMillis(int failures, double jitter) {
    if (crashLoop(failures)) {
      return Math.max(CRASH_LOOP_MILLIS, maxMillis * CRASH_LOOP_FACTOR);
    }
    long doubled = baseMillis << Math.min(Math.max(failures - 1, 0), MAX_DOUBLINGS);
    long bounded = Math.min(doubled, maxMillis);
    return Math.min(maxMillis, bounded + (long) (bounded * jitter / 2));
  }
}
