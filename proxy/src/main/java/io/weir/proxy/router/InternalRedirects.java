package io.weir.proxy.router;

import io.weir.filter.http.HeaderName;
import java.util.List;
import java.util.Set;

/**
 * {@code internal_redirect_policy}. Immutable.
 *
 * @param codes statuses that are followed
 * @param predicates all of which must accept a target route
 */
record InternalRedirects(
    int max,
    Set<Integer> codes,
    List<RedirectPredicate> predicates,
    boolean allowCrossScheme,
    List<HeaderName> headersToCopy) {

  InternalRedirects {
    codes = Set.copyOf(codes);
    predicates = List.copyOf(predicates);
    headersToCopy = List.copyOf(headersToCopy);
  }
}
