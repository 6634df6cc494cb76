package io.weir.proxy.router;

import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.ratelimit.RateLimitPolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code route}: forwards to a cluster. Immutable. Durations are milliseconds, −1 for unset.
 *
 * @param cluster the one cluster, or null
 * @param clusterHeader the header that names it, or null
 * @param weighted the weighted clusters, or null
 * @param notFoundCode the status when the cluster does not exist
 * @param subset {@code metadata_match}'s criteria for subsets
 * @param retry null without a retry policy
 * @param upgrades upgrade types, lower-case, to whether they are enabled
 * @param usualTimeouts those of a request whose headers ask for none
 * @param withHostLimits whether the virtual host's rate limits count beside {@code rateLimits}
 */
record ForwardAction(
    @Nullable String cluster,
    io.weir.filter.http.@Nullable HeaderName clusterHeader,
    @Nullable WeightedClusters weighted,
    int notFoundCode,
    Value.@Nullable MapValue subset,
    HostRewrite hostRewrite,
    @Nullable PathRewrite pathRewrite,
    boolean appendForwardedHost,
    RouteTimeouts timeouts,
    @Nullable RetryPolicy retry,
    HedgePolicy hedge,
    List<MirrorPolicy> mirrors,
    HashPolicy hashPolicy,
    boolean highPriority,
    @Nullable InternalRedirects internalRedirects,
    Map<String, Upgrade> upgrades,
    TimeoutSettings usualTimeouts,
    RateLimitPolicy rateLimits,
    boolean withHostLimits)
    implements RouteAction {

  /**
   * An entry of {@code upgrade_configs}.
   *
   * @param terminateConnect whether CONNECT is turned into raw bytes here
   * @param terminatePost whether the body of POST is, too
   */
  record Upgrade(boolean enabled, boolean terminateConnect, boolean terminatePost) {

    /** Whether what follows the request's head goes to the host without HTTP around it. */
    boolean terminates(HeaderMap headers) {
      return terminateConnect && headers.valueEquals(HeaderName.METHOD, "CONNECT")
          || terminatePost && headers.valueEquals(HeaderName.METHOD, "POST");
    }
  }
}
