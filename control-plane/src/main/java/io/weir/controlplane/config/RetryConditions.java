package io.weir.controlplane.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * When a request is tried again, as {@code retryOn} says: by the proxy's conditions, and by status
 * codes.
 */
public record RetryConditions(List<String> conditions, List<Integer> statusCodes) {
  private static final String BY_STATUS = "retriable-status-codes";

  private static final Set<String> KNOWN =
      Set.of(
          "5xx",
          "gateway-error",
          "reset",
          "reset-before-request",
          "connect-failure",
          "retriable-4xx",
          "refused-stream",
          BY_STATUS,
          "retriable-headers",
          "envoy-ratelimited",
          "http3-post-connect-failure",
          "cancelled",
          "deadline-exceeded",
          "internal",
          "resource-exhausted",
          "unavailable");

  /** Reads a list with commas. Status codes alone are a condition, too. */
  public static RetryConditions parse(String retryOn) {
    List<String> conditions = new ArrayList<>();
    List<Integer> codes = new ArrayList<>();
    for (String part : retryOn.split(",", -1)) {
      String condition = part.strip();
      if (isStatus(condition)) {
        codes.add(Integer.parseInt(condition));
      } else if (!condition.isEmpty()) {
        conditions.add(condition);
      }
    }
    if (!codes.isEmpty() && !conditions.contains(BY_STATUS)) {
      conditions.add(BY_STATUS);
    }
    return new RetryConditions(List.copyOf(conditions), List.copyOf(codes));
  }

  /** The conditions that a proxy does not know. */
  public List<String> unknown() {
    return conditions.stream().filter(condition -> !KNOWN.contains(condition)).toList();
  }

  private static boolean isStatus(String condition) {
    return condition.length() == 3
        && condition.chars().allMatch(c -> c >= '0' && c <= '9')
        && hasName(Integer.parseInt(condition));
  }

  /** Whether a status has a name of its own (the IANA registry, as Go's library has it). */
  private static boolean hasName(int status) {
    return within(status, 100, 103)
        || within(status, 200, 208)
        || status == 226
        || within(status, 300, 308) && status != 306
        || within(status, 400, 418)
        || within(status, 421, 429) && status != 427
        || status == 431
        || status == 451
        || within(status, 500, 511) && status != 509;
  }

  private static boolean within(int status, int first, int last) {
    return status >= first && status <= last;
  }
}
