package io.weir.proxy.router;

import io.weir.filter.Metadata;
import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.matcher.HeaderMatcher;
import io.weir.proxy.matcher.tree.MatchContext;
import io.weir.proxy.matcher.tree.MatchTree;
import io.weir.proxy.ratelimit.RateLimitPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual host. Immutable once {@link #setRoutes} was called by the loader, which needs the host
 * to make its routes.
 */
final class VirtualHost {
  /** Counts what fits no virtual cluster; nameless outside statistics. */
  static final String OTHER = "other";

  /** {@code require_tls}. */
  enum RequireTls {
    NONE,
    EXTERNAL_ONLY,
    ALL
  }

  /** A name for a set of requests, for statistics. */
  record VirtualCluster(String name, List<HeaderMatcher> headers) {}

  /** What routes inherit. */
  record Settings(
      String name,
      Metadata metadata,
      RequireTls requireTls,
      List<VirtualCluster> virtualClusters,
      boolean attemptCountInRequest,
      boolean attemptCountInResponse,
      boolean isTimeoutRetryHeader,
      long bufferLimit,
      RateLimitPolicy rateLimits) {}

  /** Routes that a branch of {@code matcher} leads to, tried in order. */
  record Choice(List<ResolvedRoute> routes) {}

  private final CompiledRouteTable table;
  private final Settings settings;
  private final HeaderMutations requestMutations;
  private final HeaderMutations responseMutations;
  private ResolvedRoute[] routes = {};
  private RouteEntry[] entries = {};
  private @Nullable RouteIndex index;
  private @Nullable ResolvedRoute tlsRedirect;
  private @Nullable MatchTree<Choice> matcher;

  VirtualHost(
      CompiledRouteTable table,
      Settings settings,
      HeaderMutations requestMutations,
      HeaderMutations responseMutations) {
    this.table = table;
    this.settings = settings;
    this.requestMutations = requestMutations;
    this.responseMutations = responseMutations;
  }

  void setRoutes(List<ResolvedRoute> list, @Nullable ResolvedRoute redirect) {
    routes = list.toArray(new ResolvedRoute[0]);
    entries = new RouteEntry[routes.length];
    var matches = new ArrayList<PathMatch>(routes.length);
    for (int i = 0; i < routes.length; i++) {
      entries[i] = routes[i].entry();
      matches.add(entries[i].condition().path());
    }
    index = routes.length < RouteIndex.MIN_ROUTES ? null : RouteIndex.of(matches);
    tlsRedirect = redirect;
  }

  /** Lets a matcher choose among routes, in place of the list. */
  void setMatcher(MatchTree<Choice> tree) {
    matcher = tree;
  }

  CompiledRouteTable table() {
    return table;
  }

  Settings settings() {
    return settings;
  }

  HeaderMutations requestMutations() {
    return requestMutations;
  }

  HeaderMutations responseMutations() {
    return responseMutations;
  }

  @Nullable ResolvedRoute route(HeaderMap headers, StreamInfo info, long random) {
    int proto = headers.find(HeaderName.X_FORWARDED_PROTO);
    if (proto < 0 || headers.valueLength(proto) == 0) {
      // Requests that were refused already have none.
      return null;
    }
    if (tlsRedirect != null
        && !headers.valueEquals(proto, "https")
        && (settings.requireTls == RequireTls.ALL
            || !headers.valueEquals(HeaderName.X_ENVOY_INTERNAL, "true"))) {
      return tlsRedirect;
    }
    boolean connect = headers.valueEquals(HeaderName.METHOD, "CONNECT");
    int path = headers.find(HeaderName.PATH);
    if (path < 0 && !connect) {
      return null;
    }
    byte[] bytes = headers.bytes();
    int start = path < 0 ? 0 : headers.valueStart(path);
    int length = path < 0 ? 0 : PathParameters.pathLength(bytes, start, headers.valueLength(path));
    if (table.ignorePathParameters() && PathParameters.in(bytes, start, length)) {
      bytes = PathParameters.without(bytes, start, length);
      start = 0;
      length = bytes.length;
    }
    MatchTree<Choice> tree = matcher;
    if (tree != null) {
      Choice choice = tree.match(MatchContext.ofRequest(info, headers));
      return choice == null
          ? null
          : first(choice.routes, headers, bytes, start, length, connect, info, random);
    }
    RouteIndex narrowed = index;
    return narrowed == null || connect
        ? scan(headers, bytes, start, length, connect, info, random)
        : look(narrowed, headers, bytes, start, length, info, random);
  }

  private static @Nullable ResolvedRoute first(
      List<ResolvedRoute> list,
      HeaderMap headers,
      byte[] bytes,
      int start,
      int length,
      boolean connect,
      StreamInfo info,
      long random) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).entry().matches(headers, bytes, start, length, connect, info, random)) {
        return list.get(i).resolve(headers, random);
      }
    }
    return null;
  }

  private @Nullable ResolvedRoute scan(
      HeaderMap headers,
      byte[] bytes,
      int start,
      int length,
      boolean connect,
      StreamInfo info,
      long random) {
    for (int i = 0; i < entries.length; i++) {
      if (entries[i].matches(headers, bytes, start, length, connect, info, random)) {
        return routes[i].resolve(headers, random);
      }
    }
    return null;
  }

  private @Nullable ResolvedRoute look(
      RouteIndex narrowed,
      HeaderMap headers,
      byte[] bytes,
      int start,
      int length,
      StreamInfo info,
      long random) {
    Object where = narrowed.find(bytes, start, length);
    for (int i = narrowed.next(where, -1); i >= 0; i = narrowed.next(where, i)) {
      if (entries[i].matches(headers, bytes, start, length, false, info, random)) {
        return routes[i].resolve(headers, random);
      }
    }
    return null;
  }

  /** The name of the first virtual cluster that fits, {@link #OTHER} without one, or null. */
  @Nullable String virtualCluster(HeaderMap headers) {
    List<VirtualCluster> clusters = settings.virtualClusters;
    if (clusters.isEmpty()) {
      return null;
    }
    for (int i = 0; i < clusters.size(); i++) {
      if (HeaderMatcher.matchesAll(clusters.get(i).headers, headers)) {
        return clusters.get(i).name;
      }
    }
    return OTHER;
  }
}
