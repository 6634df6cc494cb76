package io.weir.filter.http;

import com.google.protobuf.Any;
import io.weir.filter.ExtensionCategory;
import io.weir.filter.ExtensionFactory;
import io.weir.filter.FactoryContext;
import org.jspecify.annotations.Nullable;

/** Makes HTTP filters of one kind. */
public interface HttpFilterFactory extends ExtensionFactory {

  @Override
  default ExtensionCategory category() {
    return ExtensionCategory.HTTP_FILTER;
  }

  /**
   * Loads one configuration: parses, validates, compiles. Must not block on the network: what needs
   * that belongs into {@link HttpFilterConfig#warm}.
   *
   * @param config the filter's {@code typed_config}
   * @return the configuration, or null when problems were reported
   */
  @Nullable HttpFilterConfig load(Any config, FactoryContext context);

  /**
   * Loads an entry of {@code typed_per_filter_config}. The result is what {@link
   * HttpFilterCallbacks#routeConfig} returns.
   *
   * @return the configuration, or null when problems were reported
   */
  default @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    context.problems().add("", name() + " takes no per-route configuration", "remove the entry");
    return null;
  }

  /** Whether the filter ends a chain, as the router does. */
  default boolean terminal() {
    return false;
  }

  /** Whether the filter may stand in an upstream chain. */
  default boolean upstream() {
    return false;
  }

  /**
   * Whether the filter decides, from its per-route configuration among others, who may pass. A
   * request whose route changes afterwards to one with another such configuration is refused.
   */
  default boolean authorizes() {
    return false;
  }
}
