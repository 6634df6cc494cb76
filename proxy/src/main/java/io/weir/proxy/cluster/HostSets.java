package io.weir.proxy.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All hosts of a cluster by priority, at one moment. Immutable, shared by all workers. */
public final class HostSets {
  public static final HostSets EMPTY =
      new HostSets(List.of(PriorityHosts.of(List.of(), Map.of(), 140, false)), 0);

  private final List<PriorityHosts> priorities;
  private final PriorityLoad load;
  private final Map<String, Host> byAddress = new HashMap<>();

  /**
   * @param panicThreshold percent of available hosts below which health is ignored
   */
  public HostSets(List<PriorityHosts> priorities, double panicThreshold) {
    this.priorities = List.copyOf(priorities);
    this.load = PriorityLoad.of(this.priorities, panicThreshold);
    for (PriorityHosts priority : priorities) {
      for (Host host : priority.hosts()) {
        byAddress.putIfAbsent(host.addressText(), host);
      }
    }
  }

  public List<PriorityHosts> priorities() {
    return priorities;
  }

  public PriorityLoad load() {
    return load;
  }

  /** The host at {@code ip:port}, or null. */
  public @Nullable Host find(String address) {
    return byAddress.get(address);
  }

  public int size() {
    int size = 0;
    for (PriorityHosts priority : priorities) {
      size += priority.hosts().length;
    }
    return size;
  }

  public int count(HostFlag.Health health) {
    int count = 0;
    for (PriorityHosts priority : priorities) {
      count +=
          switch (health) {
            case HEALTHY -> priority.healthy().length;
            case DEGRADED -> priority.degraded().length;
            case UNHEALTHY ->
                priority.hosts().length - priority.healthy().length - priority.degraded().length;
          };
    }
    return count;
  }

  public int excluded() {
    int excluded = 0;
    for (PriorityHosts priority : priorities) {
      excluded += priority.excluded();
    }
    return excluded;
  }
}
