package io.weir.proxy.admin;

import io.weir.filter.Metadata;
import io.weir.filter.Protocol;
import io.weir.filter.StreamInfo.TimePoint;
import io.weir.filter.TrafficDirection;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.log.AccessLogger;
import io.weir.filter.log.AccessLogger.AccessLogType;
import io.weir.proxy.network.ConnectionStreamInfo;
import io.weir.proxy.network.DownstreamConnectionInfo;
import io.weir.proxy.worker.EventLoopWorker;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The access log of the administration interface. Loggers belong to a worker, so lines are written
 * by the first one; requests do not wait for that.
 */
final class AdminLog {
  private static final String DETAILS = "admin_filter_response";

  private final EventLoopWorker worker;
  private final List<AccessLogger> loggers = new ArrayList<>();
  private final boolean silent;

  AdminLog(EventLoopWorker worker, List<AccessLogConfig> configs) {
    this.worker = worker;
    this.silent = configs.isEmpty();
    if (!silent) {
      worker.execute(() -> configs.forEach(config -> loggers.add(config.openWorker(worker))));
    }
  }

  /**
   * One answered request.
   *
   * @param headers of the request, names in lower case
   */
  record Line(
      SocketAddress remote,
      SocketAddress local,
      String method,
      String target,
      Map<String, String> headers,
      AdminResponse response,
      int bytesReceived,
      boolean bodySent,
      long nanos) {}

  /** Writes a line, later. */
  void log(Line line) {
    if (!silent) {
      worker.execute(() -> write(line));
    }
  }

  private void write(Line line) {
    var request = new HeaderMap(256, 8);
    request.set(HeaderName.METHOD, line.method);
    request.set(HeaderName.PATH, line.target);
    line.headers.forEach(
        (name, value) -> request.set(name.equals("host") ? ":authority" : name, value));
    var response = new HeaderMap(128, 4);
    response.set(HeaderName.STATUS, line.response.status());
    response.set(HeaderName.CONTENT_TYPE, line.response.contentType());
    long now = worker.nanoTime();
    var info =
        new ConnectionStreamInfo(
            new DownstreamConnectionInfo(
                worker.nextConnectionId(),
                line.remote,
                line.local,
                TrafficDirection.UNSPECIFIED,
                Metadata.EMPTY),
            worker.wallNanos() - line.nanos,
            now - line.nanos);
    info.setProtocol(Protocol.HTTP_11);
    info.setResponseCode(line.response.status());
    info.setResponseCodeDetails(DETAILS);
    info.addBytesReceived(line.bytesReceived);
    info.addBytesSent(line.bodySent ? line.response.body().length : 0);
    info.markTime(TimePoint.DOWNSTREAM_RX_END, now - line.nanos);
    info.markTime(TimePoint.DOWNSTREAM_TX_END, now);
    info.markEnd(now);
    for (AccessLogger logger : loggers) {
      logger.log(request, response, new HeaderMap(), info, AccessLogType.DownstreamEnd);
    }
  }

  /** Writes what is left; no line may follow. */
  void close() {
    if (!silent) {
      worker.execute(() -> loggers.forEach(AccessLogger::close));
    }
  }
}
