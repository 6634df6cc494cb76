package io.weir.proxy.http;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.http.HcmConfig.TimeoutOptions;
import io.weir.proxy.overload.OverloadTimer;
import io.weir.proxy.route.GrpcTimeout;
import io.weir.proxy.route.Route;
import org.jspecify.annotations.Nullable;

/**
 * When a stream's time is over: for its whole request, for being idle, for its life; and when it is
 * next logged. Belongs to one stream; times are the worker's.
 */
final class StreamDeadlines {
  /** What ended the stream's time. */
  enum Over {
    NOTHING,
    DURATION,
    REQUEST,
    IDLE
  }

  private static final long NANOS_PER_MILLI = 1_000_000L;
  private static final long NEVER = Long.MAX_VALUE;

  private final HcmWorker hcm;
  private final long startNanos;
  private final long flushNanos;
  private long lastActivity;
  private long idleNanos;
  private long requestDeadline = NEVER;
  private long durationMillis = -1;
  private long durationDeadline = NEVER;
  private long nextFlush = NEVER;

  /**
   * @param startNanos when the request began, for a stream that starts over, too
   */
  StreamDeadlines(HcmWorker hcm, long startNanos, long now) {
    this.hcm = hcm;
    this.startNanos = startNanos;
    this.lastActivity = now;
    this.flushNanos = hcm.config.accessLogOptions().flushIntervalMillis() * NANOS_PER_MILLI;
    if (flushNanos > 0) {
      nextFlush = now + flushNanos;
    }
    TimeoutOptions timeouts = hcm.config.timeouts();
    idleNanos = timeouts.streamIdle() * NANOS_PER_MILLI;
    if (timeouts.request() > 0) {
      requestDeadline = now + timeouts.request() * NANOS_PER_MILLI;
    }
    if (timeouts.maxStreamDuration() > 0) {
      setDuration(timeouts.maxStreamDuration());
    }
  }

  private void setDuration(long millis) {
    durationMillis = millis;
    durationDeadline = millis < 0 ? NEVER : startNanos + millis * NANOS_PER_MILLI;
  }

  /** Something went to or fro. */
  void active(long now) {
    lastActivity = now;
  }

  void requestComplete() {
    requestDeadline = NEVER;
  }

  /** Takes over what the route says; its silence leaves the connection manager's word. */
  void apply(Route route, @Nullable HeaderMap headers) {
    if (route.idleTimeoutMillis() >= 0) {
      idleNanos = route.idleTimeoutMillis() * NANOS_PER_MILLI;
    }
    setDuration(StreamDuration.millis(route, headers, hcm.config.timeouts().maxStreamDuration()));
  }

  /** A gRPC upstream learns how long the stream may live, from its begin. */
  void tellUpstream(@Nullable HeaderMap headers) {
    if (headers != null && durationMillis >= 0) {
      headers.set(HeaderName.GRPC_TIMEOUT, GrpcTimeout.text(durationMillis));
    } else if (headers != null && hcm.config.timeouts().maxStreamDuration() > 0) {
      headers.remove(HeaderName.GRPC_TIMEOUT);
    }
  }

  /** Whether the stream may not live at all. */
  boolean expired() {
    return durationMillis == 0;
  }

  /** When to call {@link #expire} next. */
  long next() {
    long idle = idleNanos > 0 ? lastActivity + idle() : NEVER;
    return Math.min(Math.min(idle, nextFlush), Math.min(requestDeadline, durationDeadline));
  }

  private long idle() {
    return hcm.overload.active()
        ? hcm.overload.shortened(
                OverloadTimer.HTTP_DOWNSTREAM_STREAM_IDLE, idleNanos / NANOS_PER_MILLI)
            * NANOS_PER_MILLI
        : idleNanos;
  }

  /** What is over by now; each thing is told once. */
  Over expire(long now) {
    if (now >= durationDeadline) {
      durationDeadline = NEVER;
      return Over.DURATION;
    }
    if (now >= requestDeadline) {
      requestDeadline = NEVER;
      return Over.REQUEST;
    }
    if (idleNanos > 0 && now >= lastActivity + idle()) {
      lastActivity = now;
      return Over.IDLE;
    }
    return Over.NOTHING;
  }

  /** Whether the stream is to be logged now; the next time is set then. */
  boolean flushDue(long now) {
    if (now < nextFlush) {
      return false;
    }
    nextFlush = now + flushNanos;
    return true;
  }
}
