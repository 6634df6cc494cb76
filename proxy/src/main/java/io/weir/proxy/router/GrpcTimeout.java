package io.weir.proxy.router;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;

/** The header {@code grpc-timeout}: up to eight digits and a unit. */
final class GrpcTimeout {
  private static final long MAX_VALUE = 99_999_999;

  private GrpcTimeout() {}

  /** Milliseconds, rounded up; −1 when the header is absent or malformed. */
  static long millis(HeaderMap headers) {
    int entry = headers.find(HeaderName.GRPC_TIMEOUT);
    int length = entry < 0 ? 0 : headers.valueLength(entry);
    if (length < 2 || length > 9) {
      return -1;
    }
    int start = headers.valueStart(entry);
    byte[] bytes = headers.bytes();
    long value = 0;
    for (int i = start; i < start + length - 1; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      value = value * 10 + bytes[i] - '0';
    }
    return switch (bytes[start + length - 1]) {
      case 'H' -> value * 3_600_000;
      case 'M' -> value * 60_000;
      case 'S' -> value * 1_000;
      case 'm' -> value;
      case 'u' -> (value + 999) / 1_000;
      case 'n' -> (value + 999_999) / 1_000_000;
      default -> -1;
    };
  }

  static String text(long millis) {
    if (millis <= MAX_VALUE) {
      return millis + "m";
    }
    long seconds = millis / 1_000;
    return seconds <= MAX_VALUE ? seconds + "S" : Math.min(seconds / 60, MAX_VALUE) + "M";
  }
}
