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
  private int idleMillis;
  private long lastActivity;
  private long requestDeadline = NEVER;
  private long durationDeadline = NEVER;
  private long nextFlush = NEVER;

  /**
   * @param startNanos when the request began, for a stream that starts over, too
   */
  StreamDeadlines(HcmWorker hcm, long startNanos, long now) {
    this.hcm = hcm;
    this.lastActivity = now;
    if (flushNanos() > 0) {
      nextFlush = now + flushNanos();
    }
    TimeoutOptions timeouts = hcm.config.timeouts();
    setIdle(timeouts.streamIdle());
    if (timeouts.request() > 0) {
      requestDeadline = now + timeouts.request() * NANOS_PER_MILLI;
    }
    if (timeouts.maxStreamDuration() > 0) {
      setDuration(timeouts.maxStreamDuration(), startNanos);
    }
  }

  private long flushNanos() {
    return hcm.config.accessLogOptions().flushIntervalMillis() * NANOS_PER_MILLI;
  }

  private void setIdle(long millis) {
    idleMillis = (int) Math.min(millis, Integer.MAX_VALUE);
  }

  private void setDuration(long millis, long startNanos) {
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
  void apply(Route route, @Nullable HeaderMap headers, long startNanos) {
    if (route.idleTimeoutMillis() >= 0) {
      setIdle(route.idleTimeoutMillis());
    }
    long configured = hcm.config.timeouts().maxStreamDuration();
    setDuration(StreamDuration.millis(route, headers, configured), startNanos);
  }

  /** A gRPC upstream learns how long the stream may live, from its begin. */
  void tellUpstream(@Nullable HeaderMap headers, long startNanos) {
    if (headers != null && durationDeadline != NEVER) {
      long millis = (durationDeadline - startNanos) / NANOS_PER_MILLI;
      headers.set(HeaderName.GRPC_TIMEOUT, GrpcTimeout.text(millis));
    } else if (headers != null && hcm.config.timeouts().maxStreamDuration() > 0) {
      headers.remove(HeaderName.GRPC_TIMEOUT);
    }
  }

  /** Whether the stream may not live at all. */
  boolean expired(long startNanos) {
    return durationDeadline == startNanos;
  }

  /** When to call {@link #expire} next. */
  long next() {
    long idle = idleMillis > 0 ? lastActivity + idleNanos() : NEVER;
    return Math.min(Math.min(idle, nextFlush), Math.min(requestDeadline, durationDeadline));
  }

  private long idleNanos() {
    long millis =
        hcm.overload.active()
            ? hcm.overload.shortened(OverloadTimer.HTTP_DOWNSTREAM_STREAM_IDLE, idleMillis)
            : idleMillis;
    return millis * NANOS_PER_MILLI;
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
    if (idleMillis > 0 && now >= lastActivity + idleNanos()) {
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
    nextFlush = now + flushNanos();
    return true;
  }
}
