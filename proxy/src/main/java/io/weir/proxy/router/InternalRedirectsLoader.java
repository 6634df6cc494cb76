package io.weir.proxy.router;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.route.v3.RouteAction.InternalRedirectAction;
import io.envoyproxy.envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig;
import io.envoyproxy.envoy.extensions.internal_redirect.previous_routes.v3.PreviousRoutesConfig;
import io.envoyproxy.envoy.extensions.internal_redirect.safe_cross_scheme.v3.SafeCrossSchemeConfig;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.LoadContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles {@code internal_redirect_policy} and its deprecated form. */
final class InternalRedirectsLoader {
  private static final Set<Integer> CODES = Set.of(301, 302, 303, 307, 308);

  private InternalRedirectsLoader() {}

  /** Null when redirects are passed on. */
  @SuppressWarnings("deprecation")
  static @Nullable InternalRedirects load(
      io.envoyproxy.envoy.config.route.v3.RouteAction action, LoadContext context) {
    if (!action.hasInternalRedirectPolicy()) {
      return action.getInternalRedirectAction() == InternalRedirectAction.HANDLE_INTERNAL_REDIRECT
          ? new InternalRedirects(
              action.hasMaxInternalRedirects() ? action.getMaxInternalRedirects().getValue() : 1,
              Set.of(302),
              List.of(),
              false,
              List.of())
          : null;
    }
    var policy = action.getInternalRedirectPolicy();
    var codes = new HashSet<Integer>();
    for (int code : policy.getRedirectResponseCodesList()) {
      if (CODES.contains(code)) {
        codes.add(code);
      } else {
        context
            .problems()
            .warn("redirect_response_codes", code + " is no redirect", "it is ignored");
      }
    }
    var predicates = new ArrayList<RedirectPredicate>();
    for (int i = 0; i < policy.getPredicatesCount(); i++) {
      RedirectPredicate predicate =
          predicate(
              policy.getPredicates(i).getTypedConfig(),
              context.at("predicates[" + i + "].typed_config"));
      if (predicate != null) {
        predicates.add(predicate);
      }
    }
    return new InternalRedirects(
        policy.hasMaxInternalRedirects() ? policy.getMaxInternalRedirects().getValue() : 1,
        codes.isEmpty() ? Set.of(302) : codes,
        predicates,
        policy.getAllowCrossSchemeRedirect(),
        policy.getResponseHeadersToCopyList().stream().map(HeaderName::of).toList());
  }

  private static @Nullable RedirectPredicate predicate(Any any, LoadContext at) {
    if (any.is(PreviousRoutesConfig.class)) {
      return new RedirectPredicate.PreviousRoutes();
    }
    if (any.is(SafeCrossSchemeConfig.class)) {
      return new RedirectPredicate.SafeCrossScheme();
    }
    if (any.is(AllowListedRoutesConfig.class)) {
      var config = at.unpack(any, AllowListedRoutesConfig.getDefaultInstance());
      return config == null
          ? null
          : new RedirectPredicate.AllowListedRoutes(Set.copyOf(config.getAllowedRouteNamesList()));
    }
    at.problems()
        .add(
            "",
            "unknown predicate " + any.getTypeUrl(),
            "known: previous_routes, allow_listed_routes, safe_cross_scheme");
    return null;
  }
}
