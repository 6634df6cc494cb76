package io.weir.proxy.upstream;

import com.google.protobuf.Duration;

/** Reads durations of a configuration. */
final class Millis {
  private Millis() {}

  /** Whole milliseconds; a positive duration is at least one. */
  static long of(Duration duration) {
    long millis = duration.getSeconds() * 1000 + duration.getNanos() / 1_000_000;
    return millis == 0 && duration.getNanos() > 0 ? 1 : millis;
  }
}
