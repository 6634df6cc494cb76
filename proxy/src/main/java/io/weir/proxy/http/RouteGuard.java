package io.weir.proxy.http;

import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.route.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a request from a route that nobody has judged it for. Filters may clear the route cache
 * behind a filter that authorizes: what that one has evaluated must be what the final route asks
 * for. Immutable, shared by all workers.
 *
 * @param judges the places of filters that authorize
 */
record RouteGuard(List<HttpFilterSlot> judges) {
  static final RouteGuard NONE = new RouteGuard(List.of());

  /** The runtime key that switches the guard off. */
  private static final String ALLOW = "weir.allow_route_change_after_authorization";

  RouteGuard {
    judges = List.copyOf(judges);
  }

  static RouteGuard of(List<HttpFilterSlot> chain, Runtime runtime) {
    return runtime.integer(ALLOW, 0) != 0
        ? NONE
        : new RouteGuard(chain.stream().filter(RouteGuard::authorizes).toList());
  }

  static boolean authorizes(HttpFilterSlot slot) {
    HttpFilterFactory factory = slot.factory();
    return factory != null && factory.authorizes();
  }

  /**
   * Whether every judgement that {@code route} asks for was made.
   *
   * @param before the route that the chain was built with
   */
  boolean holds(FilterManager filters, @Nullable Route before, @Nullable Route route) {
    if (route == null || route == before) {
      return true;
    }
    for (int i = 0; i < judges.size(); i++) {
      HttpFilterSlot slot = judges.get(i);
      if (FilterChains.enabled(slot, route)
          && (!FilterChains.enabled(slot, before)
              || !same(filters.judgedRoute(slot.name()), route, slot.name()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(@Nullable Route judged, Route route, String filter) {
    List<RouteConfig> then = judged == null ? List.of() : judged.filterConfigs(filter);
    List<RouteConfig> now = route.filterConfigs(filter);
    if (then.size() != now.size()) {
      return false;
    }
    for (int i = 0; i < then.size(); i++) {
      if (then.get(i) != now.get(i)) {
        return false;
      }
    }
    return true;
  }
}
