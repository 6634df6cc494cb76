package io.weir.proxy.http;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.route.Route;
import org.jspecify.annotations.Nullable;

/** How long a stream may live: by its route, its gRPC client, or the connection manager. */
final class StreamDuration {
  private static final long HOUR_MILLIS = 3_600_000;

  private StreamDuration() {}

  /**
   * @param configured of the connection manager, 0 for none
   * @return −1 for no limit
   */
  static long millis(Route route, @Nullable HeaderMap headers, long configured) {
    long most = route.grpcTimeoutHeaderMaxMillis();
    long asked = most < 0 || headers == null ? -1 : grpcTimeout(headers);
    if (asked < 0) {
      long own = route.maxStreamDurationMillis();
      if (own >= 0) {
        return own == 0 ? -1 : own;
      }
      return configured == 0 ? -1 : configured;
    }
    long millis = most > 0 ? Math.min(asked, most) : asked;
    return Math.max(0, millis - route.grpcTimeoutHeaderOffsetMillis());
  }

  /** {@code grpc-timeout} in milliseconds, rounded up; −1 when absent or malformed. */
  static long grpcTimeout(HeaderMap headers) {
    int entry = headers.find(HeaderName.GRPC_TIMEOUT);
    int length = entry < 0 ? 0 : headers.valueLength(entry);
    if (length < 2 || length > 9) {
      return -1;
    }
    byte[] text = headers.bytes();
    int start = headers.valueStart(entry);
    long number = 0;
    for (int i = start; i < start + length - 1; i++) {
      if (text[i] < '0' || text[i] > '9') {
        return -1;
      }
      number = number * 10 + text[i] - '0';
    }
    return switch (text[start + length - 1]) {
      case 'H' -> number * HOUR_MILLIS;
      case 'M' -> number * 60_000;
      case 'S' -> number * 1000;
      case 'm' -> number;
      case 'u' -> (number + 999) / 1000;
      case 'n' -> (number + 999_999) / 1_000_000;
      default -> -1;
    };
  }
}
