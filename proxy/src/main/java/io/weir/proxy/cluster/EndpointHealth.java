package io.weir.proxy.cluster;

/** {@code envoy.config.core.v3.HealthStatus}. */
public enum EndpointHealth {
  UNKNOWN,
  HEALTHY,
  UNHEALTHY,
  DRAINING,
  TIMEOUT,
  DEGRADED
}
