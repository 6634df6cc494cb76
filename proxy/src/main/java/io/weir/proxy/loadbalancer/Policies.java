package io.weir.proxy.loadbalancer;

import io.weir.filter.Worker;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.LoadBalancer;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The policies that the proxy has. */
final class Policies {
  private Policies() {}

  /** {@code envoy.load_balancing_policies.round_robin}. */
  record RoundRobinPolicy(SlowStart slowStart, PriorityBalancer.Settings settings)
      implements LoadBalancerPolicy {
    @Override
    public String name() {
      return "envoy.load_balancing_policies.round_robin";
    }

    @Override
    public boolean foresees() {
      return true;
    }

    @Override
    public LoadBalancer open(Worker worker, ClusterStats stats) {
      return new PriorityBalancer(worker, stats, RoundRobin.factory(worker, slowStart), settings);
    }
  }

  /** {@code envoy.load_balancing_policies.least_request}. */
  record LeastRequestPolicy(LeastRequest.Settings choice, PriorityBalancer.Settings settings)
      implements LoadBalancerPolicy {
    @Override
    public String name() {
      return "envoy.load_balancing_policies.least_request";
    }

    @Override
    public LoadBalancer open(Worker worker, ClusterStats stats) {
      return new PriorityBalancer(worker, stats, LeastRequest.factory(worker, choice), settings);
    }
  }

  /** {@code envoy.load_balancing_policies.random}. */
  record RandomPolicy(PriorityBalancer.Settings settings) implements LoadBalancerPolicy {
    @Override
    public String name() {
      return "envoy.load_balancing_policies.random";
    }

    @Override
    public boolean foresees() {
      return true;
    }

    @Override
    public LoadBalancer open(Worker worker, ClusterStats stats) {
      return new PriorityBalancer(worker, stats, RandomChoice.factory(worker), settings);
    }
  }

  /** {@code envoy.load_balancing_policies.ring_hash}. */
  record RingHashPolicy(RingTable.Settings ring, int balanceFactor, boolean localityWeighted)
      implements LoadBalancerPolicy {
    @Override
    public String name() {
      return "envoy.load_balancing_policies.ring_hash";
    }

    @Override
    public LoadBalancer open(Worker worker, ClusterStats stats) {
      return new HashBalancer(worker, stats);
    }

    @Override
    public Object prepare(HostSets hosts) {
      return tables(
          hosts, localityWeighted, balanceFactor, shares -> RingTable.build(shares, ring));
    }
  }

  /** {@code envoy.load_balancing_policies.maglev}. */
  record MaglevPolicy(MaglevTable.Settings maglev, int balanceFactor, boolean localityWeighted)
      implements LoadBalancerPolicy {
    @Override
    public String name() {
      return "envoy.load_balancing_policies.maglev";
    }

    @Override
    public LoadBalancer open(Worker worker, ClusterStats stats) {
      return new HashBalancer(worker, stats);
    }

    @Override
    public Object prepare(HostSets hosts) {
      return tables(
          hosts, localityWeighted, balanceFactor, shares -> MaglevTable.build(shares, maglev));
    }
  }

  private interface TableBuilder {
    HashTable build(List<Weights.Share> shares);
  }

  private static HashTable[] tables(
      HostSets hosts, boolean localityWeighted, int balanceFactor, TableBuilder builder) {
    var tables = new HashTable[hosts.priorities().size()];
    for (int i = 0; i < tables.length; i++) {
      List<Weights.Share> shares =
          Weights.normalized(hosts.priorities().get(i), hosts.load().panic(i), localityWeighted);
      HashTable table = builder.build(shares);
      tables[i] = balanceFactor == 0 ? table : new BoundedTable(table, shares, balanceFactor);
    }
    return tables;
  }

  /** {@code CLUSTER_PROVIDED}: the cluster itself makes hosts from requests. */
  record ClusterProvidedPolicy() implements LoadBalancerPolicy {
    @Override
    public String name() {
      return "envoy.load_balancing_policies.cluster_provided";
    }

    @Override
    public LoadBalancer open(Worker worker, ClusterStats stats) {
      return new LoadBalancer() {
        @Override
        public io.weir.proxy.cluster.@Nullable Host choose(
            io.weir.proxy.cluster.LoadBalancerContext context) {
          return null;
        }

        @Override
        public void update(HostSets hosts, @Nullable Object prepared) {}
      };
    }
  }
}
