package io.weir.proxy.cluster;

import java.util.Arrays;
import java.util.List;

/**
 * How traffic is shared among priorities: percent to healthy hosts and percent to degraded hosts of
 * each, and whether a priority is in panic. The arithmetic is Envoy's. Immutable.
 */
public final class PriorityLoad {
  private final int[] healthy;
  private final int[] degraded;
  private final boolean[] panic;

  private PriorityLoad(int[] healthy, int[] degraded, boolean[] panic) {
    this.healthy = healthy;
    this.degraded = degraded;
    this.panic = panic;
  }

  static PriorityLoad of(List<PriorityHosts> priorities, double panicThreshold) {
    int count = priorities.size();
    int[] health = new int[count];
    int[] degradedHealth = new int[count];
    int sum = 0;
    for (int i = 0; i < count; i++) {
      PriorityHosts hosts = priorities.get(i);
      health[i] = availability(hosts, hosts.healthy());
      degradedHealth[i] = availability(hosts, hosts.degraded());
      sum += health[i] + degradedHealth[i];
    }
    int normalized = Math.min(100, sum);
    int[] healthyLoad = new int[count];
    int[] degradedLoad = new int[count];
    if (normalized > 0) {
      int left = distribute(healthyLoad, health, 100, normalized);
      left = distribute(degradedLoad, degradedHealth, left, normalized);
      addRounding(healthyLoad, health, degradedLoad, degradedHealth, left);
    }
    boolean[] panic = new boolean[count];
    boolean all = true;
    for (int i = 0; i < count; i++) {
      panic[i] = normalized < 100 && inPanic(priorities.get(i), panicThreshold);
      all &= panic[i];
    }
    if (all) {
      byHostCount(priorities, healthyLoad, degradedLoad);
    }
    return new PriorityLoad(healthyLoad, degradedLoad, panic);
  }

  /** The same with what {@code loads} says instead, for retries that avoid priorities. */
  public PriorityLoad with(int[] healthyLoad, int[] degradedLoad) {
    return new PriorityLoad(healthyLoad, degradedLoad, panic);
  }

  public int count() {
    return healthy.length;
  }

  public int healthy(int priority) {
    return healthy[priority];
  }

  public int degraded(int priority) {
    return degraded[priority];
  }

  /** Whether health is ignored in this priority. */
  public boolean panic(int priority) {
    return panic[priority];
  }

  /**
   * The priority for a number.
   *
   * @return the priority, or its one's complement when its degraded hosts are meant
   */
  public int choose(long hash) {
    int point = (int) Long.remainderUnsigned(hash, 100) + 1;
    int sum = 0;
    for (int i = 0; i < healthy.length; i++) {
      sum += healthy[i];
      if (point <= sum) {
        return i;
      }
    }
    for (int i = 0; i < degraded.length; i++) {
      sum += degraded[i];
      if (point <= sum) {
        return ~i;
      }
    }
    return 0;
  }

  private static int availability(PriorityHosts hosts, Host[] available) {
    long total;
    long good;
    if (hosts.weightedHealth()) {
      total = weight(hosts.hosts());
      good = weight(available);
    } else {
      total = hosts.hosts().length - hosts.excluded();
      good = available.length;
    }
    return total <= 0 ? 0 : (int) Math.min(100, hosts.overprovisioning() * good / total);
  }

  private static long weight(Host[] hosts) {
    long sum = 0;
    for (Host host : hosts) {
      sum += host.weight();
    }
    return sum;
  }

  /** Gives each priority its share; returns what is left. */
  private static int distribute(int[] load, int[] availability, int total, int normalized) {
    int left = total;
    for (int i = 0; i < load.length; i++) {
      load[i] = Math.min(left, availability[i] * 100 / normalized);
      left -= load[i];
    }
    return left;
  }

  private static void addRounding(
      int[] healthyLoad, int[] health, int[] degradedLoad, int[] degradedHealth, int left) {
    for (int i = 0; i < health.length; i++) {
      if (health[i] > 0) {
        healthyLoad[i] += left;
        return;
      }
    }
    for (int i = 0; i < degradedHealth.length; i++) {
      if (degradedHealth[i] > 0) {
        degradedLoad[i] += left;
        return;
      }
    }
  }

  static boolean inPanic(PriorityHosts hosts, double threshold) {
    int total = hosts.hosts().length - hosts.excluded();
    double available =
        total <= 0 ? 0 : 100.0 * (hosts.healthy().length + hosts.degraded().length) / total;
    return available < threshold;
  }

  private static void byHostCount(
      List<PriorityHosts> priorities, int[] healthyLoad, int[] degradedLoad) {
    int total = 0;
    for (PriorityHosts hosts : priorities) {
      total += hosts.hosts().length;
    }
    Arrays.fill(degradedLoad, 0);
    Arrays.fill(healthyLoad, 0);
    int left = 100;
    int first = 0;
    for (int i = priorities.size() - 1; i >= 0; i--) {
      int count = priorities.get(i).hosts().length;
      healthyLoad[i] = total == 0 ? 0 : 100 * count / total;
      left -= healthyLoad[i];
      first = count > 0 ? i : first;
    }
    healthyLoad[first] += left;
  }
}
