package io.weir.proxy.filter.localratelimit;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes local rate limit filters. */
public final class LocalRateLimitFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.local_ratelimit";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit");
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    LimitSettings settings = settings(config, context, false);
    return settings == null
        ? null
        : worker -> {
          settings.openWorker(worker);
          return callbacks -> new LocalRateLimitFilter(callbacks, settings);
        };
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    return settings(config, context, true);
  }

  private static @Nullable LimitSettings settings(
      Any config, FactoryContext context, boolean route) {
    LocalRateLimit message = context.unpack(config, LocalRateLimit.getDefaultInstance());
    if (message == null) {
      return null;
    }
    if (route && !message.hasTokenBucket()) {
      context.problems().add("token_bucket", "must be set on a route");
      return null;
    }
    return LimitSettings.load(message, context);
  }
}
