package io.weir.filter.log;

import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;

/** Writes a line, or its like, about a stream or connection. Never blocks. Owned by one worker. */
public interface AccessLogger extends AutoCloseable {

  /**
   * @param requestHeaders empty for TCP
   */
  void log(
      HeaderMap requestHeaders,
      HeaderMap responseHeaders,
      HeaderMap responseTrailers,
      StreamInfo streamInfo,
      AccessLogType type);

  @Override
  default void close() {}

  /** When a line is written; Envoy's {@code AccessLogType}. */
  enum AccessLogType {
    NotSet,
    TcpUpstreamConnected,
    TcpPeriodic,
    TcpConnectionEnd,
    DownstreamStart,
    DownstreamPeriodic,
    DownstreamEnd,
    UpstreamPoolReady,
    UpstreamPeriodic,
    UpstreamEnd,
    DownstreamTunnelSuccessfullyEstablished,
    TcpConnectionStart
  }
}
