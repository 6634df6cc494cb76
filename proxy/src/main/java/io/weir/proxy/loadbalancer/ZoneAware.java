package io.weir.proxy.loadbalancer;

import io.weir.proxy.cluster.LocalZone;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.extension.RuntimeFraction;

/**
 * {@code zone_aware_lb_config}. Immutable but for {@code zone}.
 *
 * @param minSize healthy hosts below which zones are ignored
 * @param forceLocal healthy hosts of the local zone from which all requests stay in it, 0 for never
 * @param byWeight whether zones are compared by weight instead of by number of hosts
 * @param zone the proxy's own place
 */
record ZoneAware(
    double percent,
    long minSize,
    long forceLocal,
    boolean byWeight,
    LocalZone zone,
    Runtime runtime) {
  private static final String ENABLED = "upstream.zone_routing.enabled";
  private static final String MIN_SIZE = "upstream.zone_routing.min_cluster_size";
  static final double ALWAYS = 100;
  static final long DEFAULT_MIN_SIZE = 6;

  static ZoneAware byDefault(LocalZone zone, Runtime runtime) {
    return new ZoneAware(ALWAYS, DEFAULT_MIN_SIZE, 0, false, zone, runtime);
  }

  /** Whether zones count for a request. */
  boolean enabled(long random) {
    return new RuntimeFraction(runtime, ENABLED, Math.round(percent), 100).hits(random);
  }

  long minHosts() {
    return runtime.integer(MIN_SIZE, minSize);
  }
}
