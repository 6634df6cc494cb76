package io.weir.proxy.filter.healthcheck;

/** The last answer to a health check, good for some time. Shared by all workers. */
final class AnswerCache {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final long nanos;
  private volatile Answer last = new Answer(0, 0);

  private record Answer(int status, long until) {}

  AnswerCache(long millis) {
    this.nanos = millis * NANOS_PER_MILLI;
  }

  /** The status, 0 when it is too old. */
  int status(long nowNanos) {
    Answer answer = last;
    return answer.status != 0 && answer.until - nowNanos > 0 ? answer.status : 0;
  }

  void put(int status, long nowNanos) {
    last = new Answer(status, nowNanos + nanos);
  }
}
