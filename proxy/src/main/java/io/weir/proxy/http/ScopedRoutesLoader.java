package io.weir.proxy.http;

import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ConfigSpecifierCase;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor.ExtractTypeCase;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.http.ScopedRoutes.Fragment;
import io.weir.proxy.http.ScopedRoutes.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Loads {@code scoped_routes} whose scopes stand in the message; their tables may come by RDS. */
final class ScopedRoutesLoader {
  private ScopedRoutesLoader() {}

  static @Nullable ScopedRoutes load(
      io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes
          message,
      LoadContext context) {
    if (message.getConfigSpecifierCase() != ConfigSpecifierCase.SCOPED_ROUTE_CONFIGURATIONS_LIST) {
      context
          .problems()
          .add(
              "scoped_rds",
              "scopes cannot be fetched",
              "list them in scoped_route_configurations_list");
      return null;
    }
    List<Fragment> fragments = fragments(message.getScopeKeyBuilder(), context);
    Map<List<String>, Scope> scopes = new HashMap<>();
    var list = message.getScopedRouteConfigurationsList().getScopedRouteConfigurationsList();
    for (int i = 0; i < list.size(); i++) {
      LoadContext at =
          context.at("scoped_route_configurations_list.scoped_route_configurations[" + i + "]");
      ScopedRouteConfiguration scope = list.get(i);
      List<String> key =
          scope.getKey().getFragmentsList().stream()
              .map(ScopedRouteConfiguration.Key.Fragment::getStringKey)
              .toList();
      if (scopes.put(key, scope(scope, message.getRdsConfigSource(), at)) != null) {
        at.problems().add("key", "an earlier scope has the same key", "keys must be unique");
      }
    }
    return new ScopedRoutes(fragments, scopes);
  }

  private static Scope scope(
      ScopedRouteConfiguration scope,
      io.envoyproxy.envoy.config.core.v3.ConfigSource source,
      LoadContext at) {
    if (scope.hasRouteConfiguration() != scope.getRouteConfigurationName().isEmpty()) {
      at.problems()
          .add(
              "",
              "exactly one of route_configuration and route_configuration_name is needed",
              "remove one");
      return new Scope(null, null);
    }
    return scope.hasRouteConfiguration()
        ? new Scope(
            at.at("route_configuration").routeTable(scope.getRouteConfiguration(), true), null)
        : new Scope(null, at.rds(source, scope.getRouteConfigurationName(), at.listenerMetadata()));
  }

  private static List<Fragment> fragments(ScopeKeyBuilder builder, LoadContext context) {
    var fragments = new ArrayList<Fragment>();
    for (int i = 0; i < builder.getFragmentsCount(); i++) {
      HeaderValueExtractor extractor = builder.getFragments(i).getHeaderValueExtractor();
      LoadContext at = context.at("scope_key_builder.fragments[" + i + "].header_value_extractor");
      boolean pair = extractor.getExtractTypeCase() == ExtractTypeCase.ELEMENT;
      if (extractor.getExtractTypeCase() == ExtractTypeCase.EXTRACTTYPE_NOT_SET) {
        at.problems().add("", "index or element is needed", "");
      }
      if (!pair && extractor.getIndex() != 0 && extractor.getElementSeparator().isEmpty()) {
        at.problems().add("index", "without element_separator there is one element", "use 0");
      }
      fragments.add(
          new Fragment(
              HeaderName.of(extractor.getName()),
              extractor.getElementSeparator(),
              extractor.getIndex(),
              pair ? extractor.getElement().getKey() : null,
              extractor.getElement().getSeparator()));
    }
    return fragments;
  }
}
