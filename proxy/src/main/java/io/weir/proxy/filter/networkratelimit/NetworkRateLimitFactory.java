package io.weir.proxy.filter.networkratelimit;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit;
import io.weir.filter.Counter;
import io.weir.filter.FactoryContext;
import io.weir.filter.ResponseFlag;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterCallbacks.CloseType;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import io.weir.proxy.ratelimit.TokenBucket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.network.local_ratelimit}: a token for each connection. */
public final class NetworkRateLimitFactory implements NetworkFilterFactory {
  // Buckets that several configurations share by key.
  private final Map<String, TokenBucket> shared = new ConcurrentHashMap<>();

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
    TokenBucket made = ConnectionLimits.bucket(message.getTokenBucket(), context.problems());
    if (made == null) {
      return null;
    }
    TokenBucket bucket = share(message, made);
    BooleanSupplier enabled = ConnectionLimits.enabled(message.getRuntimeEnabled(), context);
    String prefix = "local_rate_limit." + message.getStatPrefix() + ".";
    return worker -> {
      Counter limited = worker.stats().counter(prefix, "rate_limited");
      return callbacks -> new NetworkRateLimit(bucket, enabled, limited, callbacks);
    };
  }

  private TokenBucket share(LocalRateLimit message, TokenBucket bucket) {
    if (message.getShareKey().isEmpty()) {
      return bucket;
    }
    var limits = message.getTokenBucket();
    String key =
        message.getShareKey()
            + "/"
            + limits.getMaxTokens()
            + "/"
            + ConnectionLimits.perFill(limits)
            + "/"
            + Durations.toNanos(limits.getFillInterval());
    return shared.computeIfAbsent(key, _ -> bucket);
  }

  private record NetworkRateLimit(
      TokenBucket bucket,
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
      callbacks.streamInfo().setResponseFlag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
      callbacks.close(CloseType.NO_FLUSH, "local_ratelimit_close_over_limit");
      return FilterStatus.STOP_ITERATION;
    }
  }
}
