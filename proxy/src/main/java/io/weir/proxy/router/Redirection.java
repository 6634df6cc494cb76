package io.weir.proxy.router;

import io.weir.filter.FilterState;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilterCallbacks;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows redirects of upstreams inside the proxy: the stream starts over with the location's host
 * and path. What cannot be followed is passed on to the client.
 */
final class Redirection {
  private static final String STATE = "envoy.router.num_internal_redirects";
  private static final String ROUTES = "envoy.internal_redirect.previous_routes";

  private Redirection() {}

  /** How many redirects a request has followed. */
  private static final class Followed {
    private int count;
    private final Set<String> routes = new HashSet<>();
  }

  /** True when the stream starts over; the response must not be used then. */
  static boolean follow(RouterFilter router, UpstreamRequest from, HeaderMap response, int status) {
    ForwardAction action = router.action();
    InternalRedirects policy = action == null ? null : action.internalRedirects();
    if (policy == null || !policy.codes().contains(status)) {
      return false;
    }
    HeaderMap headers = router.requestHeaders();
    HttpFilterCallbacks callbacks = router.callbacks();
    if (headers == null || !router.requestComplete() || router.responseStarted()) {
      count(router, false);
      return false;
    }
    String location = response.get(HeaderName.LOCATION);
    HeaderMap before = headers.copy();
    if (location == null || !apply(router, policy, headers, location, response, status)) {
      restore(headers, before);
      count(router, false);
      return false;
    }
    router.giveUp(from);
    if (callbacks.recreateStream()) {
      count(router, true);
      return true;
    }
    restore(headers, before);
    count(router, false);
    return false;
  }

  private static void count(RouterFilter router, boolean succeeded) {
    if (router.cluster() != null) {
      var stats = router.cluster().stats();
      (succeeded ? stats.internalRedirectSucceeded : stats.internalRedirectFailed).inc();
    }
  }

  private static void restore(HeaderMap headers, HeaderMap before) {
    headers.clear();
    headers.addAll(before);
  }

  private static boolean apply(
      RouterFilter router,
      InternalRedirects policy,
      HeaderMap headers,
      String location,
      HeaderMap response,
      int status) {
    RouterStats stats = router.stats();
    URI target = parse(location);
    if (target == null) {
      stats.redirectBadLocation().inc();
      return false;
    }
    String oldScheme = orEmpty(headers.get(HeaderName.SCHEME));
    String scheme = target.getScheme();
    if (!scheme.equals(oldScheme) && !policy.allowCrossScheme()) {
      stats.redirectUnsafeScheme().inc();
      return false;
    }
    if (policy.safeCrossScheme() && scheme.equals("https") && !oldScheme.equals("https")) {
      stats.redirectPredicate().inc();
      return false;
    }
    Followed followed = followed(router);
    if (followed.count >= policy.max()) {
      stats.redirectTooMany().inc();
      return false;
    }
    for (HeaderName name : policy.headersToCopy()) {
      headers.remove(name);
      for (String value : response.getAll(name)) {
        headers.add(name, value);
      }
    }
    rewrite(headers, target, status);
    return routeAllows(router, policy, followed);
  }

  private static @Nullable URI parse(String location) {
    try {
      var uri = new URI(location);
      return uri.isAbsolute() && uri.getRawAuthority() != null ? uri : null;
    } catch (URISyntaxException _) {
      return null;
    }
  }

  private static void rewrite(HeaderMap headers, URI target, int status) {
    String oldHost = orEmpty(headers.get(HeaderName.AUTHORITY));
    String oldPath = orEmpty(headers.get(HeaderName.PATH));
    String oldScheme = orEmpty(headers.get(HeaderName.SCHEME));
    headers.set(HeaderName.of("x-envoy-original-url"), oldScheme + "://" + oldHost + oldPath);
    headers.set(HeaderName.AUTHORITY, target.getRawAuthority());
    headers.set(HeaderName.SCHEME, target.getScheme());
    String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
    headers.set(
        HeaderName.PATH, target.getRawQuery() == null ? path : path + "?" + target.getRawQuery());
    boolean safe =
        headers.valueEquals(HeaderName.METHOD, "GET")
            || headers.valueEquals(HeaderName.METHOD, "HEAD");
    if (status == 303 && !safe) {
      headers.set(HeaderName.METHOD, "GET");
      headers.remove(HeaderName.CONTENT_LENGTH);
      headers.remove(HeaderName.TRANSFER_ENCODING);
    }
  }

  private static boolean routeAllows(
      RouterFilter router, InternalRedirects policy, Followed followed) {
    HttpFilterCallbacks callbacks = router.callbacks();
    if (callbacks.route() instanceof ResolvedRoute current) {
      followed.routes.add(current.name());
    }
    callbacks.clearRouteCache();
    if (!(callbacks.route() instanceof ResolvedRoute next)) {
      router.stats().redirectNoRoute().inc();
      return false;
    }
    if (policy.previousRoutes() && followed.routes.contains(next.name())
        || !policy.allowListedRoutes().isEmpty()
            && !policy.allowListedRoutes().contains(next.name())) {
      router.stats().redirectPredicate().inc();
      return false;
    }
    followed.count++;
    return true;
  }

  private static Followed followed(RouterFilter router) {
    FilterState state = router.streamInfo().filterState();
    if (state.get(STATE) instanceof Followed known) {
      return known;
    }
    var fresh = new Followed();
    state.set(STATE, fresh, false, FilterState.LifeSpan.REQUEST, false);
    state.set(ROUTES, fresh, false, FilterState.LifeSpan.REQUEST, false);
    return fresh;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
