package io.weir.proxy.loadbalancer;

import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.LocalityHosts;
import io.weir.proxy.cluster.PriorityHosts;
import java.util.ArrayList;
import java.util.List;

/** Weights of hosts and localities. */
final class Weights {
  private Weights() {}

  static boolean equal(Host[] hosts) {
    for (int i = 1; i < hosts.length; i++) {
      if (hosts[i].weight() != hosts[0].weight()) {
        return false;
      }
    }
    return true;
  }

  /** A host and its share of all weight, 0 to 1. */
  record Share(Host host, double weight) {}

  /**
   * The shares of the hosts that consistent hashing uses: healthy ones, all in panic.
   *
   * @param byLocality whether localities' weights count
   */
  static List<Share> normalized(PriorityHosts hosts, boolean panic, boolean byLocality) {
    var shares = new ArrayList<Share>();
    if (!byLocality || hosts.localities().stream().noneMatch(l -> l.weight() > 0)) {
      addShares(panic ? hosts.hosts() : hosts.healthy(), 1, shares);
      return shares;
    }
    double sum = 0;
    for (LocalityHosts locality : hosts.localities()) {
      sum += (panic ? locality.hosts() : locality.healthy()).length == 0 ? 0 : locality.weight();
    }
    for (LocalityHosts locality : hosts.localities()) {
      if (locality.weight() > 0 && sum > 0) {
        addShares(panic ? locality.hosts() : locality.healthy(), locality.weight() / sum, shares);
      }
    }
    return shares;
  }

  private static void addShares(Host[] hosts, double share, List<Share> shares) {
    double sum = 0;
    for (Host host : hosts) {
      sum += host.weight();
    }
    for (Host host : hosts) {
      shares.add(new Share(host, share * host.weight() / sum));
    }
  }

  /**
   * A locality's weight as far as its hosts are available.
   *
   * @param available its healthy, or degraded, hosts
   */
  static double effective(LocalityHosts locality, Host[] available, int overprovisioning) {
    if (locality.hosts().length == 0 || locality.weight() == 0) {
      return 0;
    }
    double availability = (double) available.length / locality.hosts().length;
    return locality.weight() * Math.min(1, availability * overprovisioning / 100);
  }
}
