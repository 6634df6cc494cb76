package io.weir.proxy.filter.jwt;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig;
import io.weir.filter.Counter;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes JWT filters. */
public final class JwtFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.jwt_authn";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
        "envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig");
  }

  /** Statistics of one worker. */
  record JwtStats(Counter allowed, Counter denied, Counter bypassed) {}

  @Override
  public boolean authorizes() {
    return true;
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    JwtAuthentication message = context.unpack(config, JwtAuthentication.getDefaultInstance());
    JwtSettings settings = message == null ? null : JwtSettingsLoader.load(message, context);
    if (settings == null) {
      return null;
    }
    String prefix = settings.statPrefix();
    return worker -> {
      var stats =
          new JwtStats(
              worker.stats().counter(prefix, "allowed"),
              worker.stats().counter(prefix, "denied"),
              worker.stats().counter(prefix, "cors_preflight_bypassed"));
      var verified =
          new VerifiedTokens(
              worker.stats().counter(prefix, "jwt_cache_hit"),
              worker.stats().counter(prefix, "jwt_cache_miss"));
      settings.prefetched().forEach(keys -> keys.prefetch(worker));
      return callbacks -> new JwtFilter(callbacks, settings, stats, verified);
    };
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    PerRouteConfig message = context.unpack(config, PerRouteConfig.getDefaultInstance());
    return message == null
        ? null
        : new JwtSettings.PerRoute(message.getDisabled() ? null : message.getRequirementName());
  }
}
