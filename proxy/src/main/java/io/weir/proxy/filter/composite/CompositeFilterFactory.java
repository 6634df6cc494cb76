package io.weir.proxy.filter.composite;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.filters.http.composite.v3.Composite;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes filters that become others, as their own matcher or one around them says. */
public final class CompositeFilterFactory implements HttpFilterFactory {
  private static final String PER_ROUTE =
      "envoy.extensions.filters.http.composite.v3.CompositePerRoute";

  @Override
  public String name() {
    return "envoy.filters.http.composite";
  }

  @Override
  public List<String> configTypes() {
    return List.of(Composite.getDescriptor().getFullName(), PER_ROUTE);
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    Composite message = context.unpack(config, Composite.getDefaultInstance());
    if (message == null) {
      return null;
    }
    int before = context.problems().count();
    FilterRule rule = rule(message, context);
    return context.problems().count() > before
        ? null
        : new ChosenFilterConfig(rule, null, context.statPrefix() + "composite.");
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    Message message = context.unpack(config);
    return message == null ? null : rule(message, context);
  }

  private static @Nullable FilterRule rule(Message message, FactoryContext context) {
    return context.field(message, "matcher") instanceof Message matcher
        ? new FilterRuleLoader(true).load(matcher, MatchedFilterFactory.at(context, "matcher"))
        : null;
  }
}
