package io.weir.proxy.router;

import io.weir.filter.FilterState;
import java.util.HashSet;
import java.util.Set;

/** An entry of {@code internal_redirect_policy.predicates}. Immutable. */
sealed interface RedirectPredicate {

  /**
   * @param from the route whose upstream redirects
   * @param target the route that the location leads to
   */
  boolean accepts(FilterState state, String from, String target, boolean fromTls, boolean toTls);

  /** {@code previous_routes}: each route sends a request to another one once at most. */
  record PreviousRoutes() implements RedirectPredicate {
    private static final String STATE = "envoy.internal_redirect.previous_routes_predicate_state.";

    /** Targets that one route has sent the request to. */
    private static final class Visited {
      private final Set<String> routes = new HashSet<>();
    }

    @Override
    public boolean accepts(
        FilterState state, String from, String target, boolean fromTls, boolean toTls) {
      if (state.get(STATE + from) instanceof Visited visited) {
        return visited.routes.add(target);
      }
      var first = new Visited();
      first.routes.add(target);
      state.set(STATE + from, first, false, FilterState.LifeSpan.REQUEST, false);
      return true;
    }
  }

  /** {@code allow_listed_routes}. */
  record AllowListedRoutes(Set<String> names) implements RedirectPredicate {
    public AllowListedRoutes {
      names = Set.copyOf(names);
    }

    @Override
    public boolean accepts(
        FilterState state, String from, String target, boolean fromTls, boolean toTls) {
      return names.contains(target);
    }
  }

  /** {@code safe_cross_scheme}: nothing that came in the clear goes on to https. */
  record SafeCrossScheme() implements RedirectPredicate {
    @Override
    public boolean accepts(
        FilterState state, String from, String target, boolean fromTls, boolean toTls) {
      return fromTls || !toTls;
    }
  }
}
