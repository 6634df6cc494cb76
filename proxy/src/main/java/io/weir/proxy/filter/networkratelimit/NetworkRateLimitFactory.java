package io.weir.proxy.filter.networkratelimit;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.type.v3.TokenBucket;
import io.weir.filter.Counter;
import io.weir.filter.FactoryContext;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterCallbacks.CloseType;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.Runtime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.network.local_ratelimit}: a token for each connection. */
public final class NetworkRateLimitFactory implements NetworkFilterFactory {
  private static final long MIN_FILL_MILLIS = 50;

  // Buckets that several configurations share by key.
  private final Map<String, io.weir.proxy.ratelimit.TokenBucket> shared = new ConcurrentHashMap<>();

  @Override
  public String name() {
    return "envoy.filters.network.local_ratelimit";
  }

  @Override
  public List<String> configTypes() {
    return List.of(LocalRateLimit.getDescriptor().getFullName());
  }

  @Override
  public @Nullable NetworkFilterConfig load(Any config, FactoryContext context) {
    LocalRateLimit message = context.unpack(config, LocalRateLimit.getDefaultInstance());
    if (message == null) {
      return null;
    }
    TokenBucket limits = message.getTokenBucket();
    if (Durations.toMillis(limits.getFillInterval()) < MIN_FILL_MILLIS) {
      context
          .problems()
          .add(
              "token_bucket.fill_interval",
              "local rate limit token bucket fill timer must be" + " >= 50ms");
      return null;
    }
    var bucket = bucket(message.getShareKey(), limits);
    Runtime runtime = context instanceof LoadContext load ? load.runtime() : Runtime.EMPTY;
    var flag = message.getRuntimeEnabled();
    boolean byDefault = !flag.hasDefaultValue() || flag.getDefaultValue().getValue();
    BooleanSupplier enabled = () -> runtime.flag(flag.getRuntimeKey(), byDefault);
    String prefix = "local_rate_limit." + message.getStatPrefix() + ".";
    return worker -> {
      Counter limited = worker.stats().counter(prefix, "rate_limited");
      return callbacks -> new NetworkRateLimit(bucket, enabled, limited, callbacks);
    };
  }

  private io.weir.proxy.ratelimit.TokenBucket bucket(String shareKey, TokenBucket limits) {
    long perFill = limits.hasTokensPerFill() ? limits.getTokensPerFill().getValue() : 1;
    long fillNanos = Durations.toNanos(limits.getFillInterval());
    if (shareKey.isEmpty()) {
      return new io.weir.proxy.ratelimit.TokenBucket(limits.getMaxTokens(), perFill, fillNanos);
    }
    String key = shareKey + "/" + limits.getMaxTokens() + "/" + perFill + "/" + fillNanos;
    return shared.computeIfAbsent(
        key,
        _ -> new io.weir.proxy.ratelimit.TokenBucket(limits.getMaxTokens(), perFill, fillNanos));
  }

  private record NetworkRateLimit(
      io.weir.proxy.ratelimit.TokenBucket bucket,
      BooleanSupplier enabled,
      Counter limited,
      NetworkFilterCallbacks callbacks)
      implements NetworkFilter {
    @Override
    public FilterStatus onNewConnection() {
      if (!enabled.getAsBoolean() || bucket.consume(1, callbacks.worker().nanoTime())) {
        return FilterStatus.CONTINUE;
      }
      limited.inc();
      callbacks.close(CloseType.NO_FLUSH, "local_ratelimit_close_over_limit");
      return FilterStatus.STOP_ITERATION;
    }
  }
}
