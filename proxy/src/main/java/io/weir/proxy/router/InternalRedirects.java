package io.weir.proxy.router;

import io.weir.filter.http.HeaderName;
import java.util.List;
import java.util.Set;

/**
 * {@code internal_redirect_policy}. Immutable.
 *
 * @param codes statuses that are followed
 * @param previousRoutes whether a route that was visited already refuses
 * @param allowListedRoutes names of routes that may be the target; empty for all
 * @param safeCrossScheme whether only http to https is allowed
 */
record InternalRedirects(
    int max,
    Set<Integer> codes,
    boolean previousRoutes,
    Set<String> allowListedRoutes,
    boolean safeCrossScheme,
    boolean allowCrossScheme,
    List<HeaderName> headersToCopy) {

  InternalRedirects {
    codes = Set.copyOf(codes);
    allowListedRoutes = Set.copyOf(allowListedRoutes);
    headersToCopy = List.copyOf(headersToCopy);
  }
}
