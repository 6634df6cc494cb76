package io.weir.proxy.overload;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * {@code envoy.resource_monitors.cpu_utilization}: how busy the processors are that the process may
 * use, its container's where it is in one; smoothed as Envoy does.
 */
final class CpuMonitor implements ResourceMonitor {
  private static final double NEW = 0.05;

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private double busy;

  @Override
  public double pressure() throws IOException {
    double now = system.getCpuLoad();
    if (now < 0) {
      throw new IOException("the system does not tell its load");
    }
    busy += NEW * (now - busy);
    return busy;
  }
}
