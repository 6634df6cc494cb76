package io.weir.proxy.loadbalancer;

import io.weir.filter.Worker;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.extension.Runtime;

/**
 * Gives young hosts less weight: {@code weight × max(min, (age / window)^(1 / aggression))}.
 * Immutable.
 *
 * @param windowMillis 0 for none
 * @param minPercent the least share of its weight that a host gets
 */
record SlowStart(
    long windowMillis,
    double aggression,
    String aggressionKey,
    double minPercent,
    Runtime runtime) {
  static final SlowStart NONE = new SlowStart(0, 1, "", 10, Runtime.EMPTY);

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Whether some host is still in its window. */
  boolean applies(Host[] hosts, Worker worker) {
    if (windowMillis > 0) {
      long now = worker.nanoTime();
      for (Host host : hosts) {
        if (now - host.createdNanos() < windowMillis * NANOS_PER_MILLI) {
          return true;
        }
      }
    }
    return false;
  }

  double weight(Host host, double weight, Worker worker) {
    if (windowMillis == 0) {
      return weight;
    }
    double age = Math.max(1, (worker.nanoTime() - host.createdNanos()) / NANOS_PER_MILLI);
    if (age >= windowMillis) {
      return weight;
    }
    double power = runtime.number(aggressionKey, aggression);
    double factor = Math.pow(age / windowMillis, power <= 0 ? 1 : 1 / power);
    return weight * Math.max(factor, minPercent / 100);
  }
}
