package io.weir.proxy.cluster;

import io.weir.filter.NodeInfo.Locality;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All hosts of a cluster by priority, at one moment. Immutable, shared by all workers. */
public final class HostSets {
  public static final HostSets EMPTY =
      new HostSets(List.of(PriorityHosts.of(List.of(), Map.of(), 140, false)), 0);

  private final List<PriorityHosts> priorities;
  private final PriorityLoad load;
  private final double panicThreshold;
  private final Map<String, Host> byAddress = new HashMap<>();

  /**
   * @param panicThreshold percent of available hosts below which health is ignored
   */
  public HostSets(List<PriorityHosts> priorities, double panicThreshold) {
    this.priorities = List.copyOf(priorities);
    this.panicThreshold = panicThreshold;
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

  /**
   * The hosts that satisfy a predicate, with the same priorities.
   *
   * @param keepWeights whether localities keep their weights
   * @param scaleWeights whether those are scaled by the share of hosts that is left
   */
  public HostSets filtered(Predicate<Host> member, boolean keepWeights, boolean scaleWeights) {
    var kept = new ArrayList<PriorityHosts>(priorities.size());
    for (PriorityHosts priority : priorities) {
      var members = new ArrayList<Host>();
      for (Host host : priority.hosts()) {
        if (member.test(host)) {
          members.add(host);
        }
      }
      var weights = new HashMap<Locality, Integer>();
      if (keepWeights) {
        for (LocalityHosts locality : priority.localities()) {
          int left = 0;
          for (Host host : locality.hosts()) {
            left += member.test(host) ? 1 : 0;
          }
          double share = (double) left / Math.max(1, locality.hosts().length);
          double weight = scaleWeights ? locality.weight() * share : locality.weight();
          weights.put(locality.locality(), (int) Math.round(weight));
        }
      }
      kept.add(
          PriorityHosts.of(
              members, weights, priority.overprovisioning(), priority.weightedHealth()));
    }
    return new HostSets(kept, panicThreshold);
  }

  /** Whether so few hosts are available that health would be ignored, by this set's threshold. */
  public boolean inPanic(PriorityHosts others) {
    return PriorityLoad.inPanic(others, panicThreshold);
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
