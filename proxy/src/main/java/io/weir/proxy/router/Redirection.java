package io.weir.proxy.router;

import io.weir.filter.FilterState;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilterCallbacks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows redirects of upstreams inside the proxy: the stream starts over with the location's host
 * and path. What cannot be followed is passed on to the client.
 */
final class Redirection {
  private static final String COUNT = "num_internal_redirects";
  private static final HeaderName ORIGINAL_URL = HeaderName.of("x-envoy-original-url");
  private static final String HTTP = "http";

  private final RouterFilter router;
  private final InternalRedirects policy;
  private final RouterStats stats;
  private final HeaderMap request;
  private final boolean fromTls;

  /** How many redirects a request has followed. */
  private static final class Followed {
    private int count;
  }

  private Redirection(RouterFilter router, InternalRedirects policy, HeaderMap request) {
    this.router = router;
    this.policy = policy;
    this.stats = router.stats();
    this.request = request;
    this.fromTls = !HTTP.equals(request.get(HeaderName.SCHEME));
  }

  /** True when the stream has started over; nothing of the router may be used then. */
  static boolean follow(RouterFilter router, HeaderMap response, int status) {
    ForwardAction action = router.action();
    InternalRedirects policy = action == null ? null : action.internalRedirects();
    if (policy == null || !policy.codes().contains(status)) {
      return false;
    }
    HeaderMap request = router.requestHeaders();
    boolean followed =
        request != null
            && router.canStartOver()
            && new Redirection(router, policy, request).start(response, status);
    if (router.cluster() != null) {
      var charged = router.cluster().stats();
      (followed ? charged.internalRedirectSucceeded : charged.internalRedirectFailed).inc();
    }
    return followed;
  }

  private boolean start(HeaderMap response, int status) {
    int entry = response.find(HeaderName.LOCATION);
    if (entry < 0) {
      return false;
    }
    HeaderMap before = request.copy();
    Followed followed = apply(response, response.value(entry));
    if (followed == null) {
      restore(before);
      return false;
    }
    dropBody(status);
    followed.count++;
    request.set(
        ORIGINAL_URL,
        (fromTls ? "https" : HTTP)
            + "://"
            + orEmpty(before.get(HeaderName.AUTHORITY))
            + orEmpty(before.get(HeaderName.PATH)));
    if (router.callbacks().recreateStream(response)) {
      return true;
    }
    restore(before);
    return false;
  }

  private void restore(HeaderMap before) {
    request.clear();
    request.addAll(before);
    router.callbacks().clearRouteCache();
  }

  /** Turns the request's headers into those of the next one; null when it must not be made. */
  private @Nullable Followed apply(HeaderMap response, String location) {
    Location target = Location.parse(location);
    if (target == null) {
      stats.redirectBadLocation().inc();
      return null;
    }
    if (!target.known() || target.tls() != fromTls && !policy.allowCrossScheme()) {
      stats.redirectUnsafeScheme().inc();
      return null;
    }
    Followed followed = followed();
    if (followed.count >= policy.max()) {
      stats.redirectTooMany().inc();
      return null;
    }
    for (HeaderName name : policy.headersToCopy()) {
      request.remove(name);
      for (String value : response.getAll(name)) {
        request.add(name, value);
      }
    }
    request.set(HeaderName.SCHEME, target.scheme());
    request.set(HeaderName.AUTHORITY, target.authority());
    request.set(HeaderName.PATH, target.path());
    return routeAccepts(target) ? followed : null;
  }

  private boolean routeAccepts(Location target) {
    HttpFilterCallbacks callbacks = router.callbacks();
    String from = callbacks.route() instanceof ResolvedRoute current ? current.name() : "";
    callbacks.clearRouteCache();
    if (!(callbacks.route() instanceof ResolvedRoute next)) {
      stats.redirectNoRoute().inc();
      return false;
    }
    FilterState state = router.streamInfo().filterState();
    List<RedirectPredicate> predicates = policy.predicates();
    for (int i = 0; i < predicates.size(); i++) {
      if (!predicates.get(i).accepts(state, from, next.name(), fromTls, target.tls())) {
        stats.redirectPredicate().inc();
        return false;
      }
    }
    return true;
  }

  /** RFC 9110 15.4.4: what a 303 leads to is fetched. */
  private void dropBody(int status) {
    boolean safe =
        request.valueEquals(HeaderName.METHOD, "GET")
            || request.valueEquals(HeaderName.METHOD, "HEAD");
    if (status == 303 && !safe) {
      request.set(HeaderName.METHOD, "GET");
      request.remove(HeaderName.CONTENT_LENGTH);
      request.remove(HeaderName.TRANSFER_ENCODING);
      router.callbacks().modifyDecodingBuffer(body -> body.drain(body.length()));
    }
  }

  private Followed followed() {
    FilterState state = router.streamInfo().filterState();
    if (state.get(COUNT) instanceof Followed known) {
      return known;
    }
    var fresh = new Followed();
    state.set(COUNT, fresh, false, FilterState.LifeSpan.REQUEST, false);
    return fresh;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
