package io.weir.proxy.overload;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * {@code weir.resource_monitors.gc_share}: the share of the time since the last look that went into
 * collections, smoothed over some ten looks.
 */
final class GcShareMonitor implements ResourceMonitor {
  private static final double NEW = 0.1;
  private static final double NANOS_PER_MILLI = 1e6;

  private final List<GarbageCollectorMXBean> collectors =
      ManagementFactory.getGarbageCollectorMXBeans();
  private long lastNanos = System.nanoTime();
  private long lastMillis = spent();
  private double share;

  private long spent() {
    return collectors.stream().mapToLong(each -> Math.max(0, each.getCollectionTime())).sum();
  }

  @Override
  public double pressure() {
    long now = System.nanoTime();
    long millis = spent();
    double passed = (now - lastNanos) / NANOS_PER_MILLI;
    if (passed > 0) {
      share += NEW * (Math.min(1, (millis - lastMillis) / passed) - share);
    }
    lastNanos = now;
    lastMillis = millis;
    return share;
  }
}
