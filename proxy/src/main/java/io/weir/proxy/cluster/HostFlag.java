package io.weir.proxy.cluster;

/** Reasons why a host is not healthy, with the names that {@code /clusters} shows. */
public enum HostFlag {
  FAILED_ACTIVE_HC("/failed_active_hc", Health.UNHEALTHY),
  FAILED_OUTLIER_CHECK("/failed_outlier_check", Health.UNHEALTHY),
  FAILED_EDS_HEALTH("/failed_eds_health", Health.UNHEALTHY),
  DEGRADED_ACTIVE_HC("/degraded_active_hc", Health.DEGRADED),
  DEGRADED_EDS_HEALTH("/degraded_eds_health", Health.DEGRADED),
  PENDING_DYNAMIC_REMOVAL("/pending_dynamic_removal", Health.HEALTHY),
  PENDING_ACTIVE_HC("/pending_active_hc", Health.HEALTHY),
  EXCLUDED_VIA_IMMEDIATE_HC_FAIL("/excluded_via_immediate_hc_fail", Health.HEALTHY),
  ACTIVE_HC_TIMEOUT("/active_hc_timeout", Health.HEALTHY),
  EDS_STATUS_DRAINING("/eds_status_draining", Health.UNHEALTHY);

  /** What balancing makes of a host. */
  public enum Health {
    HEALTHY,
    DEGRADED,
    UNHEALTHY
  }

  static final int UNHEALTHY_MASK = mask(Health.UNHEALTHY);
  static final int DEGRADED_MASK = mask(Health.DEGRADED);

  private final String text;
  private final Health effect;

  HostFlag(String text, Health effect) {
    this.text = text;
    this.effect = effect;
  }

  public int bit() {
    return 1 << ordinal();
  }

  public String text() {
    return text;
  }

  private static int mask(Health effect) {
    int mask = 0;
    for (HostFlag flag : values()) {
      mask |= flag.effect == effect ? flag.bit() : 0;
    }
    return mask;
  }
}
