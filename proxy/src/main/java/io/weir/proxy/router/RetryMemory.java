package io.weir.proxy.router;

import io.weir.filter.Value;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.PriorityLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a request's earlier tries make its next one avoid. Belongs to one request. */
final class RetryMemory {
  private final RetryPolicy policy;
  private final List<Host> tried = new ArrayList<>(2);

  RetryMemory(RetryPolicy policy) {
    this.policy = policy;
  }

  static boolean needed(RetryPolicy policy) {
    return policy.previousHosts()
        || policy.omitCanary()
        || policy.omitMetadata() != null
        || policy.previousPriorities() > 0;
  }

  void tried(Host host) {
    tried.add(host);
  }

  int hostAttempts() {
    return policy.hostAttempts();
  }

  boolean avoids(Host host) {
    return policy.previousHosts() && tried.contains(host)
        || policy.omitCanary() && host.endpoint().canary()
        || policy.omitMetadata() != null && hasMetadata(host, policy.omitMetadata());
  }

  private static boolean hasMetadata(Host host, Value.MapValue wanted) {
    Value.MapValue own = host.metadata().namespace("envoy.lb");
    if (own == null) {
      return false;
    }
    for (Map.Entry<String, Value> entry : wanted.fields().entrySet()) {
      if (!entry.getValue().equals(own.get(entry.getKey()))) {
        return false;
      }
    }
    return true;
  }

  /** The shares without the priorities that were tried, once enough tries were made. */
  PriorityLoad priorityLoad(HostSets hosts) {
    PriorityLoad load = hosts.load();
    int frequency = policy.previousPriorities();
    if (frequency == 0 || tried.size() < frequency) {
      return load;
    }
    int count = load.count();
    boolean[] avoided = new boolean[count];
    int counted = tried.size() / frequency * frequency;
    for (int i = 0; i < counted; i++) {
      int priority = tried.get(i).endpoint().priority();
      if (priority < count) {
        avoided[priority] = true;
      }
    }
    int left = 0;
    for (int i = 0; i < count; i++) {
      left += avoided[i] ? 0 : hosts.priorities().get(i).healthy().length;
    }
    return left == 0 ? load : shares(hosts, avoided);
  }

  private static PriorityLoad shares(HostSets hosts, boolean[] avoided) {
    int count = avoided.length;
    int[] healthy = new int[count];
    int[] degraded = new int[count];
    int left = 100;
    for (int i = 0; i < count && left > 0; i++) {
      var priority = hosts.priorities().get(i);
      if (!avoided[i] && priority.hosts().length > 0) {
        int available =
            Math.min(
                100,
                priority.overprovisioning() * priority.healthy().length / priority.hosts().length);
        healthy[i] = Math.min(left, available);
        left -= healthy[i];
      }
    }
    for (int i = 0; i < count && left > 0; i++) {
      if (healthy[i] > 0) {
        healthy[i] += left;
        left = 0;
      }
    }
    return hosts.load().with(healthy, degraded);
  }
}
