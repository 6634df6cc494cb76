package io.weir.proxy.router;

import io.weir.filter.Metadata;
import io.weir.filter.StreamInfo;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.ratelimit.LimitedRoute;
import io.weir.proxy.ratelimit.RateLimitPolicy;
import io.weir.proxy.route.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A route with its cluster chosen. Immutable. */
final class ResolvedRoute implements Route, LimitedRoute {
  private static final HeaderName ORIGINAL_HOST = HeaderName.of("x-envoy-original-host");

  private final RouteEntry entry;
  private final @Nullable String cluster;
  private final @Nullable Weighted weighted;
  private final boolean changesRequest;
  private final boolean changesResponse;

  /**
   * What an entry of weighted clusters adds to its route.
   *
   * @param header the header that names the cluster, or null
   */
  record Weighted(
      @Nullable HeaderName header,
      Value.@Nullable MapValue subset,
      String hostRewrite,
      HeaderMutations requestMutations,
      HeaderMutations responseMutations,
      FilterConfigs filterConfigs) {}

  ResolvedRoute(RouteEntry entry, @Nullable String cluster, @Nullable Weighted weighted) {
    this.entry = entry;
    this.cluster = cluster;
    this.weighted = weighted;
    VirtualHost host = entry.virtualHost();
    CompiledRouteTable table = host.table();
    this.changesRequest =
        !(entry.requestMutations().isEmpty()
            && host.requestMutations().isEmpty()
            && table.requestMutations().isEmpty()
            && (weighted == null || weighted.requestMutations.isEmpty()));
    this.changesResponse =
        !(entry.responseMutations().isEmpty()
            && host.responseMutations().isEmpty()
            && table.responseMutations().isEmpty()
            && (weighted == null || weighted.responseMutations.isEmpty()));
  }

  /** The route for one request: chooses among weighted clusters, reads the cluster's header. */
  ResolvedRoute resolve(HeaderMap headers, long random) {
    if (!(entry.action() instanceof ForwardAction forward)) {
      return this;
    }
    if (forward.weighted() != null) {
      ResolvedRoute chosen = forward.weighted().choose(headers, random);
      HeaderName header = chosen.weighted == null ? null : chosen.weighted.header;
      return header == null ? chosen : named(header, chosen.weighted, headers);
    }
    return forward.clusterHeader() == null ? this : named(forward.clusterHeader(), null, headers);
  }

  private ResolvedRoute named(HeaderName header, @Nullable Weighted weight, HeaderMap headers) {
    String name = headers.get(header);
    return new ResolvedRoute(entry, name == null ? "" : name, weight);
  }

  RouteEntry entry() {
    return entry;
  }

  @Nullable ForwardAction forward() {
    return entry.action() instanceof ForwardAction forward ? forward : null;
  }

  Value.@Nullable MapValue subset() {
    ForwardAction forward = forward();
    Value.MapValue own = forward == null ? null : forward.subset();
    Value.MapValue more = weighted == null ? null : weighted.subset;
    return own == null || more == null ? (own == null ? more : own) : own.merge(more);
  }

  /** Changes a request on its way upstream: headers, host and path. */
  void finalizeRequest(HeaderMap headers, StreamInfo info, boolean keepOriginals) {
    if (changesRequest) {
      mutateRequest(headers, FormatContext.ofStream(headers, null, info));
    }
    ForwardAction forward = forward();
    if (forward != null) {
      rewriteHost(headers, forward, keepOriginals);
      rewritePath(headers, forward, keepOriginals);
    }
  }

  private void mutateRequest(HeaderMap headers, FormatContext context) {
    VirtualHost host = entry.virtualHost();
    CompiledRouteTable table = host.table();
    if (table.mostSpecificWins()) {
      table.requestMutations().apply(headers, context);
      host.requestMutations().apply(headers, context);
      entry.requestMutations().apply(headers, context);
      if (weighted != null) {
        weighted.requestMutations.apply(headers, context);
      }
    } else {
      if (weighted != null) {
        weighted.requestMutations.apply(headers, context);
      }
      entry.requestMutations().apply(headers, context);
      host.requestMutations().apply(headers, context);
      table.requestMutations().apply(headers, context);
    }
  }

  private void rewriteHost(HeaderMap headers, ForwardAction forward, boolean keepOriginals) {
    if (weighted != null && !weighted.hostRewrite.isEmpty()) {
      // The route sees this host as the request's, as in Envoy.
      headers.set(HeaderName.AUTHORITY, weighted.hostRewrite);
    }
    String host = forward.hostRewrite().host(headers);
    if (host != null) {
      setHost(headers, host, forward.appendForwardedHost(), keepOriginals);
    }
  }

  /**
   * Replaces the host.
   *
   * @param appendForwardedHost whether the old one goes into {@code x-forwarded-host}
   * @param keepOriginal whether it goes into {@code x-envoy-original-host}
   */
  static void setHost(
      HeaderMap headers, String host, boolean appendForwardedHost, boolean keepOriginal) {
    String old = headers.get(HeaderName.AUTHORITY);
    if (keepOriginal && old != null) {
      headers.set(ORIGINAL_HOST, old);
    }
    if (appendForwardedHost && old != null && !old.isEmpty() && !old.equals(host)) {
      String forwarded = headers.get(HeaderName.X_FORWARDED_HOST);
      headers.set(
          HeaderName.X_FORWARDED_HOST,
          forwarded == null || forwarded.isEmpty() ? old : forwarded + "," + old);
    }
    headers.set(HeaderName.AUTHORITY, host);
  }

  private void rewritePath(HeaderMap headers, ForwardAction forward, boolean keepOriginals) {
    PathRewrite rewrite = forward.pathRewrite();
    String path = rewrite == null ? null : headers.get(HeaderName.PATH);
    if (rewrite == null || path == null) {
      return;
    }
    String rewritten = rewrite.rewrite(path, entry.condition().path());
    if (rewritten == null) {
      return;
    }
    if (keepOriginals) {
      headers.set(HeaderName.X_ENVOY_ORIGINAL_PATH, path);
    }
    headers.set(HeaderName.PATH, rewritten);
  }

  /** Changes a response on its way downstream. */
  void finalizeResponse(@Nullable HeaderMap request, HeaderMap headers, StreamInfo info) {
    if (changesResponse) {
      mutateResponse(headers, FormatContext.ofStream(request, headers, info));
    }
  }

  @Override
  public void finalizeLocalReply(@Nullable HeaderMap request, HeaderMap response, StreamInfo info) {
    if (entry.action() instanceof ForwardAction) {
      finalizeResponse(request, response, info);
    }
  }

  private void mutateResponse(HeaderMap headers, FormatContext context) {
    VirtualHost host = entry.virtualHost();
    CompiledRouteTable table = host.table();
    if (table.mostSpecificWins()) {
      table.responseMutations().apply(headers, context);
      host.responseMutations().apply(headers, context);
      entry.responseMutations().apply(headers, context);
      if (weighted != null) {
        weighted.responseMutations.apply(headers, context);
      }
    } else {
      if (weighted != null) {
        weighted.responseMutations.apply(headers, context);
      }
      entry.responseMutations().apply(headers, context);
      host.responseMutations().apply(headers, context);
      table.responseMutations().apply(headers, context);
    }
  }

  private FilterConfigs filterConfigs() {
    return weighted == null ? entry.filterConfigs() : weighted.filterConfigs;
  }

  @Override
  public String name() {
    return entry.name();
  }

  @Override
  public Metadata metadata() {
    return entry.metadata();
  }

  @Override
  public String virtualHostName() {
    return entry.virtualHost().settings().name();
  }

  @Override
  public Metadata virtualHostMetadata() {
    return entry.virtualHost().settings().metadata();
  }

  @Override
  public @Nullable String clusterName() {
    return cluster;
  }

  @Override
  public RateLimitPolicy rateLimits() {
    ForwardAction forward = forward();
    return forward == null ? RateLimitPolicy.NONE : forward.rateLimits();
  }

  @Override
  public RateLimitPolicy hostRateLimits() {
    return entry.virtualHost().settings().rateLimits();
  }

  @Override
  public boolean withHostRateLimits() {
    ForwardAction forward = forward();
    return forward != null && forward.withHostLimits();
  }

  @Override
  public boolean direct() {
    return !(entry.action() instanceof ForwardAction);
  }

  @Override
  public @Nullable RouteConfig filterConfig(String filterName) {
    return filterConfigs().mostSpecific(filterName);
  }

  @Override
  public List<RouteConfig> filterConfigs(String filterName) {
    return filterConfigs().all(filterName);
  }

  @Override
  public @Nullable Boolean filterDisabled(String filterName) {
    return filterConfigs().disabled(filterName);
  }

  @Override
  public long requestBodyBufferLimit() {
    return entry.bufferLimit();
  }

  @Override
  public long idleTimeoutMillis() {
    ForwardAction forward = forward();
    return forward == null ? -1 : forward.timeouts().idleMillis();
  }

  @Override
  public long maxStreamDurationMillis() {
    ForwardAction forward = forward();
    return forward == null ? -1 : forward.timeouts().maxStreamMillis();
  }

  @Override
  public long grpcTimeoutHeaderMaxMillis() {
    ForwardAction forward = forward();
    return forward == null ? -1 : forward.timeouts().grpcHeaderMaxMillis();
  }

  @Override
  public boolean governsStreamDuration() {
    ForwardAction forward = forward();
    return forward != null && forward.timeouts().streamDuration();
  }

  @Override
  public long grpcTimeoutHeaderOffsetMillis() {
    ForwardAction forward = forward();
    return forward == null ? 0 : forward.timeouts().grpcHeaderOffsetMillis();
  }

  @Override
  public @Nullable Boolean upgradeEnabled(String type) {
    ForwardAction forward = forward();
    ForwardAction.Upgrade upgrade = forward == null ? null : forward.upgrades().get(type);
    return upgrade == null ? null : upgrade.enabled();
  }

  @Override
  public @Nullable RouteConfig tracing() {
    return entry.tracing();
  }

  @Override
  public String decoratorOperation() {
    return entry.decoratorOperation();
  }
}
