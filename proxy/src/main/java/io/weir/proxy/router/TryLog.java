package io.weir.proxy.router;

import io.weir.filter.StreamInfo.UpstreamInfo;
import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.StreamResetReason;
import io.weir.filter.log.AccessLogger;
import io.weir.filter.log.AccessLogger.AccessLogType;
import org.jspecify.annotations.Nullable;

/** Writes {@code upstream_log} of one try; made only when that is configured. */
final class TryLog {
  private static final HeaderMap NO_HEADERS = new HeaderMap(0, 0);

  private final RouterFilter router;
  private final Worker worker;
  private final RouterConfig.UpstreamLogOptions options;
  private final AccessLogger[] loggers;
  private final TryInfo info;
  private @Nullable HeaderMap response;
  private @Nullable HeaderMap trailers;
  private @Nullable Timer timer;
  private boolean ended;

  TryLog(RouterFilter router, RouterConfig.UpstreamLogOptions options, AccessLogger[] loggers) {
    this.router = router;
    this.worker = router.worker();
    this.options = options;
    this.loggers = loggers;
    this.info = new TryInfo(router.streamInfo(), worker);
  }

  void onReady(UpstreamInfo connection) {
    info.setUpstream(connection);
    info.setProtocol(connection.protocol());
    if (options.onUpstreamStream()) {
      log(AccessLogType.UpstreamPoolReady);
    }
    if (options.flushIntervalMillis() > 0) {
      timer = worker.newTimer(this::onTimer);
      timer.arm(options.flushIntervalMillis());
    }
  }

  private void onTimer() {
    if (!ended && timer != null) {
      log(AccessLogType.UpstreamPeriodic);
      timer.arm(options.flushIntervalMillis());
    }
  }

  void onFailure(@Nullable UpstreamInfo connection, StreamResetReason reason) {
    info.setUpstream(connection);
    info.setResponseFlag(UpstreamFailure.flag(reason));
  }

  void onReset(StreamResetReason reason) {
    info.setResponseFlag(UpstreamFailure.flag(reason));
  }

  void onHeaders(HeaderMap headers) {
    response = headers;
    info.setResponseCode(UpstreamRequest.status(headers));
  }

  void onTrailers(HeaderMap headers) {
    trailers = headers;
  }

  void onSent(long bytes) {
    info.addBytesSent(bytes);
  }

  void onReceived(long bytes) {
    info.addBytesReceived(bytes);
  }

  /** Writes the line of the try's end, once. */
  void end() {
    if (ended) {
      return;
    }
    ended = true;
    if (timer != null) {
      timer.cancel();
    }
    info.copyTimes();
    info.markEnd(worker.nanoTime());
    log(AccessLogType.UpstreamEnd);
  }

  private void log(AccessLogType type) {
    HeaderMap request = router.requestHeaders();
    for (AccessLogger logger : loggers) {
      logger.log(
          request == null ? NO_HEADERS : request,
          response == null ? NO_HEADERS : response,
          trailers == null ? NO_HEADERS : trailers,
          info,
          type);
    }
  }
}
