package io.weir.proxy.http;

import java.util.Arrays;

/** Arrays for the times of streams, of those that have ended for new ones. Of one worker. */
final class StreamTimes {
  /** Of a stream that has ended: nothing is known any more, nothing is noted. */
  static final long[] ENDED = unknown();

  private static final int MOST_IDLE = 128;

  private final long[][] idle = new long[MOST_IDLE][];
  private int count;

  /** Times of which none is known. */
  long[] take() {
    if (count == 0) {
      return unknown();
    }
    long[] times = idle[--count];
    Arrays.fill(times, -1);
    return times;
  }

  void release(long[] times) {
    if (times != ENDED && count < MOST_IDLE) {
      idle[count++] = times;
    }
  }

  private static long[] unknown() {
    var times = new long[HttpStreamInfo.SIZE];
    Arrays.fill(times, -1);
    return times;
  }
}
