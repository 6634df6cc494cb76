package io.weir.proxy.ratelimit;

import io.weir.filter.http.RouteInfo;

/** A route that says what its requests are counted as. */
public interface LimitedRoute extends RouteInfo {
  RateLimitPolicy rateLimits();

  /** Those of its virtual host. */
  RateLimitPolicy hostRateLimits();

  /** Whether the virtual host's count beside the route's own, and not only in their place. */
  boolean withHostRateLimits();
}
