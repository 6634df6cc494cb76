package io.weir.proxy.cluster;

import io.weir.filter.NodeInfo.Locality;
import java.util.List;
import java.util.Map;

/**
 * Where this proxy runs, and the hosts of the cluster it belongs to ({@code
 * cluster_manager.local_cluster_name}): what zone-aware routing compares an upstream with. The
 * control thread writes, workers read.
 */
public final class LocalZone {
  private volatile Locality locality = Locality.NONE;
  private volatile HostSets hosts = HostSets.EMPTY;
  private volatile String cluster = "";

  /**
   * @param cluster the proxy's own cluster, empty for none
   */
  public void configure(Locality where, String cluster) {
    this.locality = where;
    this.cluster = cluster;
  }

  /** The hosts of the local cluster have changed. */
  public void update(HostSets changed) {
    hosts = changed;
  }

  /** Whether a cluster is the one this proxy belongs to. */
  public boolean isLocal(String name) {
    return !cluster.isEmpty() && cluster.equals(name);
  }

  /** Whether there is a cluster to compare with. */
  public boolean known() {
    return !cluster.isEmpty();
  }

  public Locality locality() {
    return locality;
  }

  /** The local cluster's hosts of the highest priority. */
  public PriorityHosts hosts() {
    List<PriorityHosts> priorities = hosts.priorities();
    return priorities.isEmpty()
        ? PriorityHosts.of(List.of(), Map.of(), 140, false)
        : priorities.getFirst();
  }
}
