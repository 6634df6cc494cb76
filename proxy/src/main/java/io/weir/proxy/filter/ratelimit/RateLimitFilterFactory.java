package io.weir.proxy.filter.ratelimit;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.VhRateLimitsOptions;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.ratelimit.LimitChoice;
import io.weir.proxy.ratelimit.RateLimitPolicyLoader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes filters that ask a rate limit service about each request. */
public final class RateLimitFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.ratelimit";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        RateLimit.getDescriptor().getFullName(), RateLimitPerRoute.getDescriptor().getFullName());
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    RateLimit message = context.unpack(config, RateLimit.getDefaultInstance());
    LimitSettings settings = message == null ? null : LimitSettings.load(message, context);
    return settings == null
        ? null
        : worker -> {
          var stats = new LimitStats(worker.stats(), settings.statPrefix());
          return callbacks -> new RateLimitFilter(callbacks, settings, stats);
        };
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    RateLimitPerRoute message = context.unpack(config, RateLimitPerRoute.getDefaultInstance());
    if (message == null) {
      return null;
    }
    int before = context.problems().count();
    LimitChoice choice =
        LimitChoice.of(VhRateLimitsOptions.forNumber(message.getVhRateLimits().getNumber()));
    var limits =
        new RouteLimits(
            choice,
            RateLimitPolicyLoader.load(message.getRateLimitsList(), "rate_limits", context),
            message.getDomain());
    return context.problems().count() > before ? null : limits;
  }
}
