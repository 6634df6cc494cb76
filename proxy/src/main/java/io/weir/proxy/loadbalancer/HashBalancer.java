package io.weir.proxy.loadbalancer;

import io.weir.filter.Worker;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.LoadBalancer;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.PriorityLoad;
import org.jspecify.annotations.Nullable;

/** Consistent hashing: priority and host both by the request's hash. Belongs to one worker. */
final class HashBalancer implements LoadBalancer {
  private final Worker worker;
  private final ClusterStats stats;
  private HostSets hosts = HostSets.EMPTY;
  private HashTable[] tables = {};

  HashBalancer(Worker worker, ClusterStats stats) {
    this.worker = worker;
    this.stats = stats;
  }

  @Override
  public void update(HostSets changed, @Nullable Object prepared) {
    hosts = changed;
    tables = prepared instanceof HashTable[] made ? made : new HashTable[0];
    HashTable.Spread spread = tables.length == 0 || worker.index() > 0 ? null : tables[0].spread();
    if (spread != null) {
      spread.show(stats);
    }
  }

  @Override
  public @Nullable Host choose(LoadBalancerContext context) {
    Long key = context.hashKey();
    long hash = key == null ? worker.random().nextLong() : key;
    PriorityLoad load = context.priorityLoad(hosts);
    int choice = load.choose(hash);
    int priority = choice < 0 ? ~choice : choice;
    if (priority >= tables.length) {
      return null;
    }
    if (load.panic(priority)) {
      stats.lbHealthyPanic.inc();
    }
    int attempts = context.hostSelectionRetryCount() + 1;
    Host host = null;
    for (int i = 0; i < attempts; i++) {
      host = tables[priority].choose(hash, i);
      if (host == null || !context.shouldSelectAnotherHost(host)) {
        return host;
      }
    }
    return host;
  }
}
