package io.weir.proxy.router;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;

/** Headers by which requests and responses steer the router. */
final class EnvoyHeaders {
  static final HeaderName UNCONDITIONAL_DROP = HeaderName.of("x-envoy-unconditional-drop-overload");
  static final HeaderName PER_TRY_TIMEOUT_MS =
      HeaderName.of("x-envoy-upstream-rq-per-try-timeout-ms");
  static final HeaderName TIMEOUT_ALT_RESPONSE =
      HeaderName.of("x-envoy-upstream-rq-timeout-alt-response");
  static final HeaderName ALT_STAT_NAME = HeaderName.of("x-envoy-upstream-alt-stat-name");
  static final HeaderName RETRY_GRPC_ON = HeaderName.of("x-envoy-retry-grpc-on");
  static final HeaderName RETRIABLE_STATUS_CODES = HeaderName.of("x-envoy-retriable-status-codes");
  static final HeaderName RETRIABLE_HEADER_NAMES = HeaderName.of("x-envoy-retriable-header-names");
  static final HeaderName HEDGE_ON_PER_TRY_TIMEOUT =
      HeaderName.of("x-envoy-hedge-on-per-try-timeout");
  static final HeaderName IS_TIMEOUT_RETRY = HeaderName.of("x-envoy-is-timeout-retry");
  static final HeaderName UPSTREAM_CANARY = HeaderName.of("x-envoy-upstream-canary");
  static final HeaderName IMMEDIATE_HEALTH_CHECK_FAIL =
      HeaderName.of("x-envoy-immediate-health-check-fail");
  static final HeaderName RATE_LIMITED = HeaderName.of("x-envoy-ratelimited");
  static final HeaderName DEGRADED = HeaderName.of("x-envoy-degraded");

  private static final HeaderName[] RETRY = {
    HeaderName.X_ENVOY_RETRY_ON,
    RETRY_GRPC_ON,
    HeaderName.X_ENVOY_MAX_RETRIES,
    RETRIABLE_HEADER_NAMES,
    RETRIABLE_STATUS_CODES,
    HEDGE_ON_PER_TRY_TIMEOUT
  };

  private EnvoyHeaders() {}

  /** Takes out what was for this proxy only. */
  static void removeRetryHeaders(HeaderMap headers) {
    for (HeaderName name : RETRY) {
      headers.remove(name);
    }
  }
}
