package io.weir.proxy.filter.dynamicforward;

import io.weir.filter.ResponseFlag;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.RouteInfo;
import io.weir.proxy.cluster.WorkerCluster;
import io.weir.proxy.cluster.WorkerClusters;
import io.weir.proxy.upstream.DnsCache;
import io.weir.proxy.upstream.HostAndPort;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request wait until the host it asks for is resolved; answers 503 when that is impossible.
 * Concerns only requests to clusters that take their hosts from requests. Belongs to one stream.
 */
final class DynamicForwardFilter implements HttpFilter {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private final HttpFilterCallbacks callbacks;
  private final DnsCache cache;
  private DnsCache.@Nullable Wait wait;

  DynamicForwardFilter(HttpFilterCallbacks callbacks, DnsCache cache) {
    this.callbacks = callbacks;
    this.cache = cache;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    WorkerCluster cluster = cluster();
    if (cluster == null || !cluster.forwardsByName()) {
      return FilterHeadersStatus.CONTINUE;
    }
    rewrite(headers);
    String authority = headers.get(HeaderName.AUTHORITY);
    HostAndPort target =
        HostAndPort.parse(authority == null ? "" : authority, cluster.secure() ? HTTPS : HTTP);
    String key = target.key();
    DnsCache.Answer answer =
        cache.ask(key, target.host(), target.port(), callbacks.worker(), () -> onResolved(key));
    return switch (answer.outcome()) {
      case KNOWN -> resolved(key) ? FilterHeadersStatus.CONTINUE : stop();
      case WAITING -> {
        wait = answer.handle();
        yield FilterHeadersStatus.STOP_ALL_ITERATION_AND_WATERMARK;
      }
      case FULL -> {
        reply("DNS cache overflow", "dns_cache_overflow");
        yield stop();
      }
      case OVERLOADED -> {
        callbacks.streamInfo().setResponseFlag(ResponseFlag.UPSTREAM_OVERFLOW);
        reply(
            "Dynamic forward proxy pending request overflow",
            "dynamic_forward_proxy_pending_request_overflow");
        yield stop();
      }
    };
  }

  private static FilterHeadersStatus stop() {
    return FilterHeadersStatus.STOP_ITERATION;
  }

  private @Nullable WorkerCluster cluster() {
    RouteInfo route = callbacks.route();
    String name = route == null ? null : route.clusterName();
    return name == null || !(callbacks.worker().clusters() instanceof WorkerClusters clusters)
        ? null
        : clusters.find(name);
  }

  private void rewrite(HeaderMap headers) {
    if (callbacks.routeConfig() instanceof DynamicForwardFilterFactory.Rewrite rewrite) {
      String header = rewrite.header() == null ? null : headers.get(rewrite.header());
      String host = header != null ? header : rewrite.literal();
      if (!host.isEmpty()) {
        headers.set(HeaderName.AUTHORITY, host);
      }
    }
  }

  private void onResolved(String key) {
    wait = null;
    if (resolved(key)) {
      callbacks.continueDecoding();
    }
  }

  /** Answers the request when there is no address. */
  private boolean resolved(String key) {
    if (cache.hasAddress(key)) {
      return true;
    }
    callbacks.streamInfo().setResponseFlag(ResponseFlag.DNS_RESOLUTION_FAILED);
    reply("DNS resolution failure", "dns_resolution_failure");
    return false;
  }

  private void reply(String body, String details) {
    callbacks.sendLocalReply(LocalReply.of(503, body, details));
  }

  @Override
  public void onDestroy() {
    if (wait != null) {
      wait.cancel();
      wait = null;
    }
  }
}
