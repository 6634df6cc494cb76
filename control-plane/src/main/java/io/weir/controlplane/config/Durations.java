package io.weir.controlplane.config;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Durations as Istio reads them: Go's form ({@code 1h2m3.5s}), of which protobuf's is a part. */
final class Durations {

  private Durations() {}

  /** Null when the text is no duration. */
  static @Nullable Duration parse(String text) {
    int at = 0;
    boolean negative = text.startsWith("-");
    if (negative || text.startsWith("+")) {
      at++;
    }
    if (text.substring(at).equals("0")) {
      return Duration.ZERO;
    }
    if (at == text.length()) {
      return null;
    }
    BigDecimal nanos = BigDecimal.ZERO;
    while (at < text.length()) {
      int start = at;
      while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
        at++;
      }
      int unitStart = at;
      while (at < text.length() && !Character.isDigit(text.charAt(at)) && text.charAt(at) != '.') {
        at++;
      }
      BigDecimal amount = number(text.substring(start, unitStart));
      long unit = unit(text.substring(unitStart, at));
      if (amount == null || unit == 0) {
        return null;
      }
      nanos = nanos.add(amount.multiply(BigDecimal.valueOf(unit)));
    }
    if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      return null;
    }
    Duration duration = Duration.ofNanos(nanos.longValue());
    return negative ? duration.negated() : duration;
  }

  private static @Nullable BigDecimal number(String digits) {
    try {
      return digits.isEmpty() ? null : new BigDecimal(digits);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static long unit(String name) {
    return switch (name) {
      case "ns" -> 1L;
      case "us", "µs", "μs" -> 1_000L;
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      default -> 0L;
    };
  }
}
