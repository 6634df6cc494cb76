package io.weir.proxy.loadbalancer;

import io.weir.filter.NodeInfo.Locality;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.LocalityHosts;
import io.weir.proxy.cluster.PriorityHosts;
import java.util.HashMap;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps requests in the proxy's own zone as far as that zone's share of the upstream allows, and
 * sends the rest to zones that have more hosts than proxies; Envoy's arithmetic, in hundredths of a
 * percent. Immutable.
 */
final class ZoneRouting {
  private static final long WHOLE = 10_000;

  private final int local;
  private final boolean direct;
  private final long localShare;
  private final long[] residual;

  private ZoneRouting(int local, boolean direct, long localShare, long[] residual) {
    this.local = local;
    this.direct = direct;
    this.localShare = localShare;
    this.residual = residual;
  }

  /** Null when zones do not count for these hosts. */
  static @Nullable ZoneRouting of(PriorityHosts upstream, ZoneAware settings, ClusterStats stats) {
    if (!settings.zone().known()) {
      return null;
    }
    PriorityHosts proxies = settings.zone().hosts();
    stats.lbRecalculateZones.inc();
    if (upstream.localities().size() < 2 || proxies.localities().size() < 2) {
      return null;
    }
    if (upstream.healthy().length < settings.minHosts()) {
      stats.lbZoneTooSmall.inc();
      return null;
    }
    return compare(upstream.localities(), proxies.localities(), settings);
  }

  private static ZoneRouting compare(
      List<LocalityHosts> upstream, List<LocalityHosts> proxies, ZoneAware settings) {
    var ours = new HashMap<Locality, Long>();
    long oursTotal = 0;
    for (LocalityHosts zone : proxies) {
      long size = size(zone.healthy(), settings.byWeight());
      ours.put(zone.locality(), size);
      oursTotal += size;
    }
    long theirsTotal = 0;
    int local = -1;
    for (int i = 0; i < upstream.size(); i++) {
      theirsTotal += size(upstream.get(i).healthy(), settings.byWeight());
      if (upstream.get(i).locality().equals(settings.zone().locality())) {
        local = i;
      }
    }
    long[] residual = new long[upstream.size()];
    long localShare = 0;
    long sum = 0;
    for (int i = 0; i < residual.length; i++) {
      LocalityHosts zone = upstream.get(i);
      long theirs = share(size(zone.healthy(), settings.byWeight()), theirsTotal);
      long our = share(ours.getOrDefault(zone.locality(), 0L), oursTotal);
      if (i == local) {
        boolean forced =
            settings.forceLocal() > 0 && zone.healthy().length >= settings.forceLocal();
        if (theirs > 0 && theirs >= our || forced) {
          return new ZoneRouting(local, true, WHOLE, residual);
        }
        localShare = our > 0 ? theirs * WHOLE / our : 0;
      } else {
        sum += Math.max(0, theirs - our);
      }
      residual[i] = sum;
    }
    return new ZoneRouting(local, false, localShare, residual);
  }

  private static long size(Host[] hosts, boolean byWeight) {
    if (!byWeight) {
      return hosts.length;
    }
    long sum = 0;
    for (Host host : hosts) {
      sum += host.weight();
    }
    return sum;
  }

  private static long share(long part, long total) {
    return total > 0 ? WHOLE * part / total : 0;
  }

  /** The index of the locality for a request. */
  int choose(RandomGenerator random, ClusterStats stats) {
    if (direct) {
      stats.lbZoneDirect.inc();
      return local;
    }
    if (local >= 0 && random.nextInt((int) WHOLE) < localShare) {
      stats.lbZoneSampled.inc();
      return local;
    }
    stats.lbZoneCross.inc();
    long all = residual[residual.length - 1];
    if (all == 0) {
      // Only rounding can lead here.
      stats.lbZoneNoCapacity.inc();
      return random.nextInt(residual.length);
    }
    long point = random.nextLong(all);
    int chosen = 0;
    while (point >= residual[chosen]) {
      chosen++;
    }
    return chosen;
  }
}
