package io.weir.proxy.filter.cors;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.matcher.StringMatcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes CORS filters; the policy stands on the route, virtual host or route configuration. */
public final class CorsFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.cors";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        "envoy.extensions.filters.http.cors.v3.Cors",
        "envoy.extensions.filters.http.cors.v3.CorsPolicy");
  }

  /**
   * What a route allows; empty texts and null add no header.
   *
   * @param anyOrigin whether {@code *} is among the origins
   * @param enabled in part of the requests
   */
  record Policy(
      List<StringMatcher> origins,
      boolean anyOrigin,
      String allowMethods,
      String allowHeaders,
      String exposeHeaders,
      String maxAge,
      @Nullable Boolean allowCredentials,
      @Nullable Boolean allowPrivateNetwork,
      @Nullable Boolean forwardMismatchingPreflights,
      RuntimeFraction enabled,
      RuntimeFraction shadow)
      implements RouteConfig {

    /** This policy, with what it leaves open from a less specific one. */
    Policy over(Policy wider) {
      boolean own = anyOrigin || !origins.isEmpty();
      return new Policy(
          own ? origins : wider.origins,
          own ? anyOrigin : wider.anyOrigin,
          first(allowMethods, wider.allowMethods),
          first(allowHeaders, wider.allowHeaders),
          first(exposeHeaders, wider.exposeHeaders),
          first(maxAge, wider.maxAge),
          allowCredentials == null ? wider.allowCredentials : allowCredentials,
          allowPrivateNetwork == null ? wider.allowPrivateNetwork : allowPrivateNetwork,
          forwardMismatchingPreflights == null
              ? wider.forwardMismatchingPreflights
              : forwardMismatchingPreflights,
          enabled,
          shadow);
    }

    private static String first(String own, String wider) {
      return own.isEmpty() ? wider : own;
    }
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    if (context.unpack(config, Cors.getDefaultInstance()) == null) {
      return null;
    }
    String prefix = context.statPrefix() + "cors.";
    return worker -> {
      var valid = worker.stats().counter(prefix, "origin_valid");
      var invalid = worker.stats().counter(prefix, "origin_invalid");
      return callbacks -> new CorsFilter(callbacks, valid, invalid);
    };
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    CorsPolicy policy = context.unpack(config, CorsPolicy.getDefaultInstance());
    if (policy == null) {
      return null;
    }
    List<StringMatcher> origins = new ArrayList<>();
    for (int i = 0; i < policy.getAllowOriginStringMatchCount(); i++) {
      StringMatcher matcher =
          StringMatcher.load(
              policy.getAllowOriginStringMatch(i),
              context.problems().at("allow_origin_string_match[" + i + "]"));
      if (matcher != null) {
        origins.add(matcher);
      }
    }
    Runtime runtime = Runtime.of(context);
    RuntimeFraction never = new RuntimeFraction(Runtime.EMPTY, "", 0, 100);
    return new Policy(
        List.copyOf(origins),
        policy.getAllowOriginStringMatchList().stream()
            .anyMatch(matcher -> matcher.getExact().equals("*")),
        policy.getAllowMethods(),
        policy.getAllowHeaders(),
        policy.getExposeHeaders(),
        policy.getMaxAge(),
        policy.hasAllowCredentials() ? policy.getAllowCredentials().getValue() : null,
        policy.hasAllowPrivateNetworkAccess()
            ? policy.getAllowPrivateNetworkAccess().getValue()
            : null,
        policy.hasForwardNotMatchingPreflights()
            ? policy.getForwardNotMatchingPreflights().getValue()
            : null,
        policy.hasFilterEnabled()
            ? RuntimeFraction.of(policy.getFilterEnabled(), runtime)
            : RuntimeFraction.ALWAYS,
        policy.hasShadowEnabled() ? RuntimeFraction.of(policy.getShadowEnabled(), runtime) : never);
  }
}
