package io.weir.proxy.router;

import io.weir.filter.ResponseFlag;
import io.weir.filter.http.StreamResetReason;

/** What a client is told of a try that was reset; texts and codes are Envoy's. */
final class UpstreamFailure {
  private UpstreamFailure() {}

  static int code(StreamResetReason reason) {
    return reason == StreamResetReason.PROTOCOL_ERROR ? 502 : 503;
  }

  static String body(StreamResetReason reason, int attempts) {
    return "upstream connect error or disconnect/reset before headers. "
        + (attempts > 1 ? "retried and the latest " : "")
        + "reset reason: "
        + reason.text();
  }

  static String details(
      StreamResetReason reason, String transportFailure, boolean responseStarted) {
    String text =
        (responseStarted
                ? "upstream_reset_after_response_started{"
                : "upstream_reset_before_response_started{")
            + reason.text()
            + (transportFailure.isEmpty() ? "" : "|" + transportFailure)
            + "}";
    return text.replace(' ', '_');
  }

  static ResponseFlag flag(StreamResetReason reason) {
    return switch (reason) {
      case LOCAL_CONNECTION_FAILURE, REMOTE_CONNECTION_FAILURE, CONNECTION_TIMEOUT ->
          ResponseFlag.UPSTREAM_CONNECTION_FAILURE;
      case CONNECTION_TERMINATION, HTTP1_PREMATURE_UPSTREAM_HALF_CLOSE ->
          ResponseFlag.UPSTREAM_CONNECTION_TERMINATION;
      case LOCAL_RESET, LOCAL_REFUSED_STREAM_RESET -> ResponseFlag.LOCAL_RESET;
      case OVERFLOW -> ResponseFlag.UPSTREAM_OVERFLOW;
      case REMOTE_RESET, REMOTE_REFUSED_STREAM_RESET, CONNECT_ERROR ->
          ResponseFlag.UPSTREAM_REMOTE_RESET;
      case PROTOCOL_ERROR -> ResponseFlag.UPSTREAM_PROTOCOL_ERROR;
      case OVERLOAD_MANAGER -> ResponseFlag.OVERLOAD_MANAGER;
    };
  }
}
