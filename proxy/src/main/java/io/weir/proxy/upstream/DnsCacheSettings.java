package io.weir.proxy.upstream;

import io.envoyproxy.envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig;
import io.weir.filter.Problems;
import org.jspecify.annotations.Nullable;

/**
 * {@code DnsCacheConfig}. Immutable. Milliseconds.
 *
 * @param refreshMillis for answers without a time to live
 * @param hostTtlMillis how long a name is kept that nobody asks for
 */
record DnsCacheSettings(
    String name,
    DnsResolver.Family family,
    long refreshMillis,
    long minRefreshMillis,
    long hostTtlMillis,
    long maxHosts,
    long failureBaseMillis,
    long failureMaxMillis,
    long maxPending) {
  private static final long REFRESH = 60_000;
  private static final long MIN_REFRESH = 5_000;
  private static final long HOST_TTL = 300_000;
  private static final long MAX_HOSTS = 1024;
  private static final long MAX_PENDING = 1024;

  static @Nullable DnsCacheSettings load(DnsCacheConfig config, Problems problems) {
    long refresh = config.hasDnsRefreshRate() ? Millis.of(config.getDnsRefreshRate()) : REFRESH;
    long min =
        config.hasDnsMinRefreshRate() ? Millis.of(config.getDnsMinRefreshRate()) : MIN_REFRESH;
    var failure = config.getDnsFailureRefreshRate();
    long base = config.hasDnsFailureRefreshRate() ? Millis.of(failure.getBaseInterval()) : refresh;
    long max = failure.hasMaxInterval() ? Millis.of(failure.getMaxInterval()) : base * 10;
    if (max < base) {
      problems.add(
          "dns_failure_refresh_rate.max_interval", "is below base_interval", "make it longer");
      return null;
    }
    return new DnsCacheSettings(
        config.getName(),
        DnsFamilies.of(config.getDnsLookupFamily()),
        refresh,
        min,
        config.hasHostTtl() ? Millis.of(config.getHostTtl()) : HOST_TTL,
        config.hasMaxHosts() ? config.getMaxHosts().getValue() : MAX_HOSTS,
        base,
        max,
        config.getDnsCacheCircuitBreaker().hasMaxPendingRequests()
            ? config.getDnsCacheCircuitBreaker().getMaxPendingRequests().getValue()
            : MAX_PENDING);
  }

  long refreshMillis(long ttlSeconds) {
    return ttlSeconds >= Long.MAX_VALUE / 2_000
        ? refreshMillis
        : Math.max(minRefreshMillis, ttlSeconds * 1000);
  }

  /**
   * When to ask again after a failure.
   *
   * @param before failures before this one
   */
  long failureMillis(int before) {
    return Math.min(failureMaxMillis, failureBaseMillis << Math.min(before, 20));
  }
}
