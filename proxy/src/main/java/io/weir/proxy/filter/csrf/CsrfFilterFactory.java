package io.weir.proxy.filter.csrf;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.csrf.v3.CsrfPolicy;
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

/** Makes CSRF filters. */
public final class CsrfFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.csrf";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.http.csrf.v3.CsrfPolicy");
  }

  /** When to check, when only to count, and which other origins are fine. */
  record Policy(RuntimeFraction enabled, RuntimeFraction shadow, List<StringMatcher> origins)
      implements RouteConfig {}

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    Policy policy = policy(config, context);
    if (policy == null) {
      return null;
    }
    String prefix = context.statPrefix() + "csrf.";
    return worker -> {
      var missing = worker.stats().counter(prefix, "missing_source_origin");
      var invalid = worker.stats().counter(prefix, "request_invalid");
      var valid = worker.stats().counter(prefix, "request_valid");
      var stats = new CsrfFilter.CsrfStats(missing, invalid, valid);
      return callbacks -> new CsrfFilter(callbacks, policy, stats);
    };
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    return policy(config, context);
  }

  private static @Nullable Policy policy(Any config, FactoryContext context) {
    CsrfPolicy policy = context.unpack(config, CsrfPolicy.getDefaultInstance());
    if (policy == null) {
      return null;
    }
    List<StringMatcher> origins = new ArrayList<>();
    for (int i = 0; i < policy.getAdditionalOriginsCount(); i++) {
      StringMatcher matcher =
          StringMatcher.load(
              policy.getAdditionalOrigins(i),
              context.problems().at("additional_origins[" + i + "]"));
      if (matcher != null) {
        origins.add(matcher);
      }
    }
    Runtime runtime = Runtime.of(context);
    return new Policy(
        RuntimeFraction.of(policy.getFilterEnabled(), runtime),
        RuntimeFraction.of(policy.getShadowEnabled(), runtime),
        List.copyOf(origins));
  }
}
