package io.weir.proxy.filter.networkratelimit;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.listener.local_ratelimit.v3.LocalRateLimit;
import io.weir.filter.Counter;
import io.weir.filter.FactoryContext;
import io.weir.filter.WorkerLocal;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.ListenerFilter;
import io.weir.filter.network.ListenerFilterCallbacks;
import io.weir.filter.network.ListenerFilterConfig;
import io.weir.filter.network.ListenerFilterFactory;
import io.weir.proxy.ratelimit.TokenBucket;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.listener.local_ratelimit}: a token for each accepted socket. */
public final class ListenerRateLimitFactory implements ListenerFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.listener.local_ratelimit";
  }

  @Override
  public List<String> configTypes() {
    return List.of(LocalRateLimit.getDescriptor().getFullName());
  }

  @Override
  public @Nullable ListenerFilterConfig load(Any config, FactoryContext context) {
    LocalRateLimit message = context.unpack(config, LocalRateLimit.getDefaultInstance());
    TokenBucket bucket =
        message == null
            ? null
            : ConnectionLimits.bucket(message.getTokenBucket(), context.problems());
    if (message == null || bucket == null) {
      return null;
    }
    BooleanSupplier enabled = ConnectionLimits.enabled(message.getRuntimeEnabled(), context);
    String prefix = "listener_local_ratelimit." + message.getStatPrefix() + ".";
    var limited = new WorkerLocal<>(worker -> worker.stats().counter(prefix, "rate_limited"));
    context.workers().prepare(limited);
    var filter = new ListenerRateLimit(bucket, enabled, limited);
    return () -> filter;
  }

  private record ListenerRateLimit(
      TokenBucket bucket, BooleanSupplier enabled, WorkerLocal<Counter> limited)
      implements ListenerFilter {
    @Override
    public FilterStatus onAccept(ListenerFilterCallbacks socket) {
      if (!enabled.getAsBoolean() || bucket.consume(1, socket.worker().nanoTime())) {
        return FilterStatus.CONTINUE;
      }
      socket.worker().local(limited).inc();
      socket.close("local_ratelimit_close_over_limit");
      return FilterStatus.STOP_ITERATION;
    }
  }
}
