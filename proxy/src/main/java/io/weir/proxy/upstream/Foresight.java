package io.weir.proxy.upstream;

import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFlag;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.LoadBalancer;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.PriorityHosts;
import io.weir.proxy.pool.Demand;
import io.weir.proxy.pool.HostPools;
import io.weir.proxy.pool.HttpPool;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * {@code predictive_preconnect_ratio}: hosts are chosen ahead of the requests that will be sent to
 * them, and connected to. Belongs to one worker.
 */
final class Foresight {
  // As many as Envoy makes when one stream comes.
  private static final int CONNECTS_AT_ONCE = 3;

  private final LoadBalancer balancer;
  private final double ratio;
  private final int worker;
  private final ArrayDeque<Host> chosen = new ArrayDeque<>();

  Foresight(LoadBalancer balancer, double ratio, int worker) {
    this.balancer = balancer;
    this.ratio = ratio;
    this.worker = worker;
  }

  /** Where the pool of a host is found for the next request. */
  interface Pools {
    HttpPool of(Host host);
  }

  /**
   * The host that was chosen ahead for this request; null when there is none, or it will not do.
   */
  @Nullable Host take(LoadBalancerContext context) {
    Host host = chosen.poll();
    return host == null || context.shouldSelectAnotherHost(host) ? null : host;
  }

  /** The hosts have changed. */
  void forget() {
    chosen.clear();
  }

  /** A stream is about to be asked for: makes connections for those that may follow. */
  void connectAhead(HostSets hosts, Pools pools) {
    for (int i = 0; i < CONNECTS_AT_ONCE && demand(hosts).exceedsRoom(ratio, 1); i++) {
      Host next = chosen.size() < hosts.count(HostFlag.Health.HEALTHY) ? choose() : null;
      if (next == null || !pools.of(next).connectAhead(ratio)) {
        return;
      }
    }
  }

  private @Nullable Host choose() {
    Host host = balancer.choose(LoadBalancerContext.NONE);
    if (host != null) {
      chosen.add(host);
    }
    return host;
  }

  private Demand demand(HostSets hosts) {
    var demand = new Demand();
    for (PriorityHosts priority : hosts.priorities()) {
      for (Host host : priority.hosts()) {
        if (host.workerState(worker) instanceof HostPools pools) {
          pools.addTo(demand);
        }
      }
    }
    return demand;
  }
}
