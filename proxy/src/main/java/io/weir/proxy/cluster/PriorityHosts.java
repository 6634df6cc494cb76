package io.weir.proxy.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The hosts of one priority, as they were when the snapshot was taken. Immutable; the arrays are
 * not to be changed.
 *
 * @param excluded how many hosts do not count for availability
 * @param overprovisioning percent, 140 by default
 * @param weightedHealth whether availability counts weights instead of hosts
 */
public record PriorityHosts(
    Host[] hosts,
    Host[] healthy,
    Host[] degraded,
    int excluded,
    List<LocalityHosts> localities,
    int overprovisioning,
    boolean weightedHealth) {

  public PriorityHosts {
    localities = List.copyOf(localities);
  }

  /**
   * Sorts hosts by their present health.
   *
   * @param localityWeights weights of localities that have one
   */
  public static PriorityHosts of(
      List<Host> hosts,
      Map<io.weir.filter.NodeInfo.Locality, Integer> localityWeights,
      int overprovisioning,
      boolean weightedHealth) {
    var byLocality = new LinkedHashMap<io.weir.filter.NodeInfo.Locality, List<Host>>();
    int excluded = 0;
    for (Host host : hosts) {
      byLocality.computeIfAbsent(host.locality(), _ -> new ArrayList<>()).add(host);
      if (host.has(HostFlag.PENDING_ACTIVE_HC)
          || host.has(HostFlag.EXCLUDED_VIA_IMMEDIATE_HC_FAIL)) {
        excluded++;
      }
    }
    var localities = new ArrayList<LocalityHosts>(byLocality.size());
    byLocality.forEach(
        (locality, members) ->
            localities.add(
                new LocalityHosts(
                    locality,
                    localityWeights.getOrDefault(locality, 0),
                    members.toArray(new Host[0]),
                    with(members, HostFlag.Health.HEALTHY),
                    with(members, HostFlag.Health.DEGRADED))));
    return new PriorityHosts(
        hosts.toArray(new Host[0]),
        with(hosts, HostFlag.Health.HEALTHY),
        with(hosts, HostFlag.Health.DEGRADED),
        excluded,
        localities,
        overprovisioning,
        weightedHealth);
  }

  private static Host[] with(List<Host> hosts, HostFlag.Health health) {
    var chosen = new ArrayList<Host>(hosts.size());
    for (Host host : hosts) {
      if (host.health() == health) {
        chosen.add(host);
      }
    }
    return chosen.toArray(new Host[0]);
  }
}
