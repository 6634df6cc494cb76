package io.weir.proxy.filter.composite;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.common.matching.v3.ExtensionWithMatcher;
import io.envoyproxy.envoy.extensions.common.matching.v3.ExtensionWithMatcherPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.composite.v3.Composite;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.extension.ExtensionRegistry;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.extension.LoadContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts a matcher before a filter: it leaves the filter out, or says what a composite one does. */
public final class MatchedFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.match_delegate";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        ExtensionWithMatcher.getDescriptor().getFullName(),
        ExtensionWithMatcherPerRoute.getDescriptor().getFullName());
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    ExtensionWithMatcher message =
        context.unpack(config, ExtensionWithMatcher.getDefaultInstance());
    if (message == null) {
      return null;
    }
    int before = context.problems().count();
    boolean composite =
        ExtensionRegistry.typeName(message.getExtensionConfig().getTypedConfig())
            .equals(Composite.getDescriptor().getFullName());
    FilterRule rule =
        message.hasXdsMatcher()
            ? new FilterRuleLoader(composite)
                .load(message.getXdsMatcher(), at(context, "xds_matcher"))
            : null;
    HttpFilterSlot inner =
        composite
            ? null
            : FilterRuleLoader.inner(message.getExtensionConfig(), at(context, "extension_config"));
    return context.problems().count() > before
        ? null
        : new ChosenFilterConfig(rule, inner, context.statPrefix() + "composite.");
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    ExtensionWithMatcherPerRoute message =
        context.unpack(config, ExtensionWithMatcherPerRoute.getDefaultInstance());
    return message == null
        ? null
        : new FilterRuleLoader(true).load(message.getXdsMatcher(), at(context, "xds_matcher"));
  }

  static FactoryContext at(FactoryContext context, String path) {
    return context instanceof LoadContext load ? load.at(path) : context;
  }
}
