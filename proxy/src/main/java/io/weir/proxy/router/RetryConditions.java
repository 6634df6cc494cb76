package io.weir.proxy.router;

import org.jspecify.annotations.Nullable;

/** The names in {@code retry_on}, {@code x-envoy-retry-on} and {@code x-envoy-retry-grpc-on}. */
final class RetryConditions {
  static final int ON_5XX = 1;
  static final int GATEWAY_ERROR = 1 << 1;
  static final int CONNECT_FAILURE = 1 << 2;
  static final int RETRIABLE_4XX = 1 << 3;
  static final int REFUSED_STREAM = 1 << 4;
  static final int RETRIABLE_STATUS_CODES = 1 << 5;
  static final int RETRIABLE_HEADERS = 1 << 6;
  static final int RESET = 1 << 7;
  static final int ENVOY_RATE_LIMITED = 1 << 8;
  static final int RESET_BEFORE_REQUEST = 1 << 9;
  static final int HTTP3_POST_CONNECT_FAILURE = 1 << 10;
  static final int GRPC_CANCELLED = 1 << 16;
  static final int GRPC_DEADLINE_EXCEEDED = 1 << 17;
  static final int GRPC_RESOURCE_EXHAUSTED = 1 << 18;
  static final int GRPC_UNAVAILABLE = 1 << 19;
  static final int GRPC_INTERNAL = 1 << 20;

  private RetryConditions() {}

  /** All names of a comma-separated list; names that are unknown are left out. */
  static int parse(@Nullable String list) {
    int conditions = 0;
    if (list != null) {
      for (String name : list.split(",", -1)) {
        conditions |= parseOne(name.strip());
      }
    }
    return conditions;
  }

  /** 0 for an unknown name. */
  static int parseOne(String name) {
    return switch (name) {
      case "5xx" -> ON_5XX;
      case "gateway-error" -> GATEWAY_ERROR;
      case "connect-failure" -> CONNECT_FAILURE;
      case "retriable-4xx" -> RETRIABLE_4XX;
      case "refused-stream" -> REFUSED_STREAM;
      case "retriable-status-codes" -> RETRIABLE_STATUS_CODES;
      case "retriable-headers" -> RETRIABLE_HEADERS;
      case "reset" -> RESET;
      case "envoy-ratelimited" -> ENVOY_RATE_LIMITED;
      case "reset-before-request" -> RESET_BEFORE_REQUEST;
      case "http3-post-connect-failure" -> HTTP3_POST_CONNECT_FAILURE;
      case "cancelled" -> GRPC_CANCELLED;
      case "deadline-exceeded" -> GRPC_DEADLINE_EXCEEDED;
      case "resource-exhausted" -> GRPC_RESOURCE_EXHAUSTED;
      case "unavailable" -> GRPC_UNAVAILABLE;
      case "internal" -> GRPC_INTERNAL;
      default -> 0;
    };
  }
}
