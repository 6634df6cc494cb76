package io.weir.proxy.loadbalancer;

import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostStats;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Consistent hashing with bounded loads: a host gets at most {@code factor} percent of the average
 * number of requests; beyond that the request goes to hosts in an order that its hash determines.
 */
final class BoundedTable implements HashTable {
  private final HashTable table;
  private final List<Weights.Share> shares;
  private final Map<Host, Double> weights = new HashMap<>();
  private final int factor;

  BoundedTable(HashTable table, List<Weights.Share> shares, int factor) {
    this.table = table;
    this.shares = List.copyOf(shares);
    this.factor = factor;
    for (Weights.Share share : shares) {
      weights.put(share.host(), share.weight());
    }
  }

  @Override
  public @Nullable Spread spread() {
    return table.spread();
  }

  @Override
  public @Nullable Host choose(long hash, int attempt) {
    Host host = table.choose(hash, attempt);
    Double weight = host == null ? null : weights.get(host);
    if (host == null || weight == null) {
      return host;
    }
    double overload = overload(host, weight);
    return overload <= 1 ? host : another(host, overload, hash);
  }

  private Host another(Host first, double firstOverload, long hash) {
    int count = shares.size();
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    var random = new MersenneTwister((int) hash);
    Host best = first;
    double least = firstOverload;
    for (int i = 0; i < count; i++) {
      int j = i + random.below(count - i);
      int chosen = order[j];
      order[j] = order[i];
      order[i] = chosen;
      Host host = shares.get(chosen).host();
      if (host == first) {
        continue;
      }
      double overload = overload(host, shares.get(chosen).weight());
      if (overload <= 1) {
        return host;
      }
      if (overload < least) {
        best = host;
        least = overload;
      }
    }
    return best;
  }

  private double overload(Host host, double weight) {
    long active = 0;
    for (Weights.Share share : shares) {
      active += share.host().stats().value(HostStats.Kind.RQ_ACTIVE);
    }
    long total = ((active + 1) * factor + 99) / 100;
    double slots = Math.max(1, Math.ceil(total * weight));
    return host.stats().value(HostStats.Kind.RQ_ACTIVE) / slots;
  }
}
