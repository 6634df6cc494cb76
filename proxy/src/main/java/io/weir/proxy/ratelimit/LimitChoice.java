package io.weir.proxy.ratelimit;

import io.envoyproxy.envoy.extensions.common.ratelimit.v3.VhRateLimitsOptions;

/** When a virtual host's rate limits count for a request ({@code VhRateLimitsOptions}). */
public enum LimitChoice {
  /** When the route has none. */
  OVERRIDE,
  /** Always. */
  INCLUDE,
  /** Never. */
  IGNORE;

  public static LimitChoice of(VhRateLimitsOptions option) {
    return switch (option) {
      case INCLUDE -> INCLUDE;
      case IGNORE -> IGNORE;
      default -> OVERRIDE;
    };
  }

  /**
   * @param included whether the route itself asks for those of its virtual host
   */
  public boolean withHost(boolean included, RateLimitPolicy route) {
    return included || this == INCLUDE || this == OVERRIDE && route.isEmpty();
  }
}
