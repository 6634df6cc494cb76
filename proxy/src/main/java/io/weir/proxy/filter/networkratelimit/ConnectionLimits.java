package io.weir.proxy.filter.networkratelimit;

import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.ratelimit.TokenBucket;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the two filters that limit how many connections come have in common. */
final class ConnectionLimits {
  private static final long MIN_FILL_MILLIS = 50;

  private ConnectionLimits() {}

  /** A bucket, or null when a problem was reported. */
  static @Nullable TokenBucket bucket(
      io.envoyproxy.envoy.type.v3.TokenBucket limits, Problems problems) {
    if (Durations.toMillis(limits.getFillInterval()) < MIN_FILL_MILLIS) {
      problems.add(
          "token_bucket.fill_interval", "local rate limit token bucket fill timer must be >= 50ms");
      return null;
    }
    return new TokenBucket(
        limits.getMaxTokens(), perFill(limits), Durations.toNanos(limits.getFillInterval()));
  }

  static long perFill(io.envoyproxy.envoy.type.v3.TokenBucket limits) {
    return limits.hasTokensPerFill() ? limits.getTokensPerFill().getValue() : 1;
  }

  /** Whether the filter is on, as the runtime says. */
  static BooleanSupplier enabled(RuntimeFeatureFlag flag, FactoryContext context) {
    Runtime runtime = context instanceof LoadContext load ? load.runtime() : Runtime.EMPTY;
    boolean byDefault = !flag.hasDefaultValue() || flag.getDefaultValue().getValue();
    return () -> runtime.flag(flag.getRuntimeKey(), byDefault);
  }
}
