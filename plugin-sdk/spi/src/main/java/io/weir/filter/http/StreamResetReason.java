package io.weir.filter.http;

/** Why a stream was reset. Envoy's {@code StreamResetReason}, with its text in details. */
public enum StreamResetReason {
  LOCAL_RESET("local reset"),
  LOCAL_REFUSED_STREAM_RESET("local refused stream reset"),
  REMOTE_RESET("remote reset"),
  REMOTE_REFUSED_STREAM_RESET("remote refused stream reset"),
  LOCAL_CONNECTION_FAILURE("local connection failure"),
  REMOTE_CONNECTION_FAILURE("remote connection failure"),
  CONNECTION_TIMEOUT("connection timeout"),
  CONNECTION_TERMINATION("connection termination"),
  OVERFLOW("overflow"),
  CONNECT_ERROR("remote error with CONNECT request"),
  PROTOCOL_ERROR("protocol error"),
  OVERLOAD_MANAGER("overload manager reset"),
  HTTP1_PREMATURE_UPSTREAM_HALF_CLOSE("HTTP/1 premature upstream half close");

  private final String text;

  StreamResetReason(String text) {
    this.text = text;
  }

  /** The words that appear in local reply bodies and details. */
  public String text() {
    return text;
  }
}
