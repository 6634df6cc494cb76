package io.weir.proxy.router;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.route.GrpcTimeout;
import org.jspecify.annotations.Nullable;

/**
 * The timeouts of one request, from its route and its headers. Milliseconds, 0 for none.
 *
 * @param globalMillis from the end of the request to the end of the response, all tries included
 * @param tryDurationMillis how long a try may take; −1 for what its cluster allows
 */
record TimeoutSettings(
    long globalMillis, long perTryMillis, long perTryIdleMillis, long tryDurationMillis) {
  static final TimeoutSettings NONE = new TimeoutSettings(0, 0, 0, -1);

  /** Reads and takes out the headers that set timeouts. */
  static TimeoutSettings of(
      ForwardAction route, RetryPolicy retry, HeaderMap headers, boolean grpc, boolean respect) {
    long global = routeTimeout(route.timeouts(), headers, grpc);
    int expected = respect ? headers.find(HeaderName.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS) : -1;
    int asked = headers.find(HeaderName.X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS);
    int source = expected >= 0 ? expected : asked;
    if (source >= 0) {
      long millis = headers.valueAsLong(source);
      global = millis >= 0 ? millis : global;
    }
    if (asked >= 0 && expected < 0) {
      headers.remove(HeaderName.X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS);
    }
    long perTry = retry.perTryMillis();
    int perTryEntry = headers.find(EnvoyHeaders.PER_TRY_TIMEOUT_MS);
    if (perTryEntry >= 0) {
      long millis = headers.valueAsLong(perTryEntry);
      perTry = millis >= 0 ? millis : perTry;
      headers.remove(EnvoyHeaders.PER_TRY_TIMEOUT_MS);
    }
    if (global != 0 && perTry >= global) {
      perTry = 0;
    }
    long duration = -1;
    int durationEntry = headers.find(HeaderName.X_ENVOY_UPSTREAM_STREAM_DURATION_MS);
    if (durationEntry >= 0) {
      duration = headers.valueAsLong(durationEntry);
      headers.remove(HeaderName.X_ENVOY_UPSTREAM_STREAM_DURATION_MS);
    }
    TimeoutSettings usual = route.usualTimeouts();
    return usual.globalMillis == global
            && usual.perTryMillis == perTry
            && usual.perTryIdleMillis == retry.perTryIdleMillis()
            && duration < 0
        ? usual
        : new TimeoutSettings(global, perTry, retry.perTryIdleMillis(), Math.max(-1, duration));
  }

  /** Those of a request that asks for nothing itself. */
  static TimeoutSettings usual(RouteTimeouts route, @Nullable RetryPolicy retry) {
    long global = route.streamDuration() ? 0 : route.timeoutMillis();
    long perTry = retry == null ? 0 : retry.perTryMillis();
    return new TimeoutSettings(
        global,
        global != 0 && perTry >= global ? 0 : perTry,
        retry == null ? 0 : retry.perTryIdleMillis(),
        -1);
  }

  private static long routeTimeout(RouteTimeouts route, HeaderMap headers, boolean grpc) {
    if (route.streamDuration()) {
      return 0;
    }
    if (!grpc || route.maxGrpcMillis() < 0) {
      return route.timeoutMillis();
    }
    long asked = Math.max(0, GrpcTimeout.millis(headers));
    if (route.grpcOffsetMillis() < asked) {
      asked -= route.grpcOffsetMillis();
    }
    long max = route.maxGrpcMillis();
    return max != 0 && (asked == 0 || asked > max) ? max : asked;
  }

  /**
   * Tells the upstream how long it has.
   *
   * @param elapsedMillis since the request was complete; for retries
   * @param expectedHeader whether {@code x-envoy-expected-rq-timeout-ms} is wanted
   * @param grpcHeader whether {@code grpc-timeout} is replaced
   */
  void tell(
      HeaderMap headers,
      long elapsedMillis,
      boolean expectedHeader,
      boolean grpcHeader,
      boolean hedging) {
    long expected = hedging || perTryMillis == 0 ? globalMillis : perTryMillis;
    if (expected == 0) {
      return;
    }
    if (globalMillis > 0) {
      expected = Math.max(1, Math.min(expected, globalMillis - elapsedMillis));
    }
    if (expectedHeader) {
      headers.set(HeaderName.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, expected);
    }
    if (grpcHeader) {
      headers.set(HeaderName.GRPC_TIMEOUT, GrpcTimeout.text(expected));
    }
  }
}
