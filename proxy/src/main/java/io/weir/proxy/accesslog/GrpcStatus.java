package io.weir.proxy.accesslog;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;

/** The gRPC status of a response: its trailer's, its header's, or what the HTTP status means. */
final class GrpcStatus {
  private static final int UNKNOWN = 2;
  private static final int LAST = 16;

  private GrpcStatus() {}

  /** 0 to 16; {@code UNKNOWN} for anything that is none. */
  static int of(LogEvent event) {
    int status = header(event.responseTrailers());
    if (status < 0) {
      status = header(event.responseHeaders());
    }
    if (status < 0) {
      status = ofHttp(event.streamInfo().responseCode());
    }
    return status > LAST ? UNKNOWN : status;
  }

  private static int header(HeaderMap headers) {
    int entry = headers.find(HeaderName.GRPC_STATUS);
    if (entry < 0) {
      return -1;
    }
    int length = headers.valueLength(entry);
    int value = 0;
    for (int i = 0; i < length && i < 3; i++) {
      int digit = headers.bytes()[headers.valueStart(entry) + i] - '0';
      if (digit < 0 || digit > 9) {
        return UNKNOWN;
      }
      value = value * 10 + digit;
    }
    return length == 0 || length > 3 ? UNKNOWN : value;
  }

  // grpc/doc/http-grpc-status-mapping.md, and 200 as success.
  private static int ofHttp(int code) {
    return switch (code) {
      case 200 -> 0;
      case 400 -> 13;
      case 401 -> 16;
      case 403 -> 7;
      case 404 -> 12;
      case 429, 502, 503, 504 -> 14;
      default -> UNKNOWN;
    };
  }
}
