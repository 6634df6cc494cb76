package io.weir.proxy.filter.ratelimit;

import io.weir.filter.http.RouteConfig;
import io.weir.proxy.ratelimit.LimitChoice;
import io.weir.proxy.ratelimit.RateLimitPolicy;

/**
 * {@code RateLimitPerRoute}.
 *
 * @param hostLimits when the virtual host's limits count
 * @param policy in place of the route's, when it is not empty
 * @param domain in place of the filter's, when it is not empty
 */
record RouteLimits(LimitChoice hostLimits, RateLimitPolicy policy, String domain)
    implements RouteConfig {}
