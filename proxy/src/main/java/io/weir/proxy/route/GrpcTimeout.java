package io.weir.proxy.route;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;

/** The header {@code grpc-timeout}: up to eight digits and a unit. */
public final class GrpcTimeout {
  private static final long MAX_VALUE = 99_999_999;

  private GrpcTimeout() {}

  /** Milliseconds, rounded up; −1 when the header is absent or malformed. */
  public static long millis(HeaderMap headers) {
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

  /** The value that says so many milliseconds, in the finest unit that holds them. */
  public static String text(long millis) {
    if (millis <= MAX_VALUE) {
      return millis + "m";
    }
    long value = millis / 1_000;
    if (value <= MAX_VALUE) {
      return value + "S";
    }
    value /= 60;
    return value <= MAX_VALUE ? value + "M" : Math.min(value / 60, MAX_VALUE) + "H";
  }
}
