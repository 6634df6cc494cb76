package io.weir.proxy.tracing;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.Runtime;
import java.util.random.RandomGenerator;

/**
 * How many requests are traced; shares in millionths, unless the runtime says otherwise.
 *
 * @param client of those that ask for it with {@code x-client-trace-id}
 * @param random of all
 * @param overall of those that would be traced
 */
record Sampling(long client, long random, long overall, Runtime runtime) {
  private static final int ALL = 1_000_000;

  /** Of one unit of the runtime, a hundredth of a percent. */
  private static final int RUNTIME_UNIT = 100;

  /** Decides, and marks the request's id. */
  TraceReason decide(HeaderMap headers, RandomGenerator chance) {
    TraceReason before = TraceReason.of(headers);
    TraceReason reason = before;
    if (reason == TraceReason.NOT_TRACEABLE) {
      if (headers.contains(HeaderName.X_CLIENT_TRACE_ID)
          && hit("tracing.client_enabled", client, chance)) {
        reason = TraceReason.CLIENT_FORCED;
      } else if (headers.contains(HeaderName.X_ENVOY_FORCE_TRACE)) {
        reason = TraceReason.SERVICE_FORCED;
      } else if (hit("tracing.random_sampling", random, chance)) {
        reason = TraceReason.SAMPLING;
      }
    }
    if (reason != TraceReason.NOT_TRACEABLE && !hit("tracing.global_enabled", overall, chance)) {
      reason = TraceReason.NOT_TRACEABLE;
    }
    if (reason != before) {
      reason.mark(headers);
    }
    return reason;
  }

  private boolean hit(String key, long share, RandomGenerator chance) {
    long set = runtime.integer(key, -1);
    long limit = set < 0 ? share : set * RUNTIME_UNIT;
    return limit >= ALL || limit > 0 && chance.nextInt(ALL) < limit;
  }
}
