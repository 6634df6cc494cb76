package io.weir.proxy.loadbalancer;

import io.weir.filter.Value;
import io.weir.filter.Worker;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFeedback;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.LoadBalancer;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code envoy.load_balancing_policies.subset}: balances among the hosts whose metadata equals what
 * the route asks for. Immutable.
 */
record SubsetPolicy(SubsetSettings settings, LoadBalancerPolicy inner)
    implements LoadBalancerPolicy {
  private static final String FALLBACK_LIST = "fallback_list";

  @Override
  public String name() {
    return "envoy.load_balancing_policies.subset";
  }

  @Override
  public Object prepare(HostSets hosts) {
    return new SubsetTable(hosts, settings, inner);
  }

  @Override
  public @Nullable HostFeedback feedback(int workers, long now) {
    return inner.feedback(workers, now);
  }

  @Override
  public LoadBalancer open(Worker worker, ClusterStats stats) {
    return new Balancer(worker, stats);
  }

  private final class Balancer implements LoadBalancer {
    private static final int MAX_REMEMBERED = 4096;

    private final Worker worker;
    private final ClusterStats stats;
    private final Map<SubsetTable.Subset, LoadBalancer> balancers = new IdentityHashMap<>();
    // Criteria of routes are the same objects for every request.
    private final Map<Value.MapValue, SubsetTable.Key> keys = new IdentityHashMap<>();
    private @Nullable SubsetTable table;

    Balancer(Worker worker, ClusterStats stats) {
      this.worker = worker;
      this.stats = stats;
    }

    @Override
    public void update(HostSets hosts, @Nullable Object prepared) {
      balancers.clear();
      SubsetTable old = table;
      table = (SubsetTable) prepared;
      // Envoy's main thread has a balancer of its own, which counts too.
      int copies = worker.index() == 0 ? 2 : 1;
      stats.lbSubsetsActive.set(table == null ? 0 : (long) table.size() * copies);
      if (table != null) {
        stats.lbSubsetsCreated.add((long) table.countMissingIn(old) * copies);
        stats.lbSubsetsRemoved.add(old == null ? 0 : (long) old.countMissingIn(table) * copies);
        if (table.duplicates() > 0) {
          stats
              .stats()
              .gauge(stats.prefix(), "lb_subsets_single_host_per_subset_duplicate")
              .set(table.duplicates());
        }
      }
    }

    @Override
    public @Nullable Host choose(LoadBalancerContext context) {
      Value.MapValue criteria = context.subsetCriteria();
      if (!settings.metadataFallback() || criteria == null) {
        return choose(context, criteria);
      }
      Value list = criteria.get(FALLBACK_LIST);
      if (!(list instanceof Value.ListValue(List<Value> alternatives))) {
        return choose(context, criteria);
      }
      var plain = new LinkedHashMap<>(criteria.fields());
      plain.remove(FALLBACK_LIST);
      for (Value alternative : alternatives) {
        var merged = new LinkedHashMap<>(plain);
        if (alternative instanceof Value.MapValue map) {
          merged.putAll(map.fields());
        }
        Host host = choose(context, new Value.MapValue(merged));
        if (host != null) {
          return host;
        }
      }
      return null;
    }

    private @Nullable Host choose(LoadBalancerContext context, Value.@Nullable MapValue criteria) {
      if (table == null) {
        return null;
      }
      if (criteria == null || criteria.fields().isEmpty()) {
        return fallback(context, settings.fallback());
      }
      SubsetTable.Key key = key(criteria);
      SubsetTable.Subset subset = table.find(key);
      if (subset != null) {
        stats.lbSubsetsSelected.inc();
        return balancer(subset).choose(context);
      }
      SubsetSettings.Selector selector = settings.find(key.keys());
      if (selector == null || selector.fallback() == SubsetSettings.Fallback.NOT_DEFINED) {
        return fallback(context, settings.fallback());
      }
      if (selector.fallback() == SubsetSettings.Fallback.KEYS_SUBSET) {
        var kept = new LinkedHashMap<String, Value>();
        for (String name : selector.fallbackKeys()) {
          Value value = criteria.get(name);
          if (value != null) {
            kept.put(name, value);
          }
        }
        return choose(context, new Value.MapValue(kept));
      }
      return fallback(context, selector.fallback());
    }

    private SubsetTable.Key key(Value.MapValue criteria) {
      SubsetTable.Key known = keys.get(criteria);
      if (known != null) {
        return known;
      }
      List<String> names = criteria.fields().keySet().stream().sorted().toList();
      var values = new ArrayList<Value>(names.size());
      for (String name : names) {
        Value value = criteria.get(name);
        values.add(value == null ? Value.NULL : value);
      }
      var made = new SubsetTable.Key(names, values);
      if (keys.size() >= MAX_REMEMBERED) {
        keys.clear();
      }
      keys.put(criteria, made);
      return made;
    }

    private @Nullable Host fallback(LoadBalancerContext context, SubsetSettings.Fallback policy) {
      SubsetTable now = table;
      SubsetTable.Subset subset =
          now == null
              ? null
              : switch (policy) {
                case ANY_ENDPOINT -> now.all();
                case DEFAULT_SUBSET -> now.byDefault();
                case NO_FALLBACK, NOT_DEFINED, KEYS_SUBSET -> null;
              };
      if (now == null || subset == null) {
        return null;
      }
      Host host = balancer(subset).choose(context);
      if (host != null) {
        stats.lbSubsetsFallback.inc();
        return host;
      }
      SubsetTable.Subset all = now.all();
      if (settings.panicModeAny() && all != null) {
        host = balancer(all).choose(context);
        if (host != null) {
          stats.lbSubsetsFallbackPanic.inc();
        }
      }
      return host;
    }

    private LoadBalancer balancer(SubsetTable.Subset subset) {
      LoadBalancer known = balancers.get(subset);
      if (known != null) {
        return known;
      }
      LoadBalancer made = inner.open(worker, stats);
      made.update(subset.hosts(), subset.prepared());
      balancers.put(subset, made);
      return made;
    }
  }
}
