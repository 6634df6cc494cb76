package io.weir.proxy.loadbalancer;

import io.weir.filter.Value;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The subsets of a cluster's hosts at one moment. Immutable, shared by all workers. */
final class SubsetTable {
  /** A subset's hosts, and what the inner policy made of them. */
  record Subset(HostSets hosts, @Nullable Object prepared) {}

  /** Sorted keys and their values. */
  record Key(List<String> keys, List<Value> values) {}

  private final Map<Key, Subset> subsets = new HashMap<>();
  private final @Nullable Subset all;
  private final @Nullable Subset byDefault;
  private final SubsetSettings settings;
  private int duplicates;

  SubsetTable(HostSets hosts, SubsetSettings settings, LoadBalancerPolicy inner) {
    this.settings = settings;
    for (SubsetSettings.Selector selector : settings.selectors()) {
      for (Map.Entry<Key, List<Host>> entry : members(hosts, selector).entrySet()) {
        List<Host> members = entry.getValue();
        if (selector.singleHost() && members.size() > 1) {
          members = members.subList(0, 1);
          duplicates++;
        }
        List<Host> chosen = members;
        subsets.put(entry.getKey(), subset(hosts, chosen::contains, inner));
      }
    }
    this.all = new Subset(hosts, inner.prepare(hosts));
    this.byDefault = subset(hosts, host -> hasAll(host, settings.defaultSubset()), inner);
  }

  private Subset subset(HostSets hosts, Predicate<Host> member, LoadBalancerPolicy inner) {
    HostSets filtered =
        hosts.filtered(member, settings.localityWeightAware(), settings.scaleLocalityWeight());
    return new Subset(filtered, inner.prepare(filtered));
  }

  private Map<Key, List<Host>> members(HostSets hosts, SubsetSettings.Selector selector) {
    var members = new HashMap<Key, List<Host>>();
    for (var priority : hosts.priorities()) {
      for (Host host : priority.hosts()) {
        for (List<Value> values : values(host, selector.keys())) {
          members
              .computeIfAbsent(new Key(selector.keys(), values), _ -> new ArrayList<>())
              .add(host);
        }
      }
    }
    return members;
  }

  /** All combinations of values that a host has for the keys; none when a key is missing. */
  private List<List<Value>> values(Host host, List<String> keys) {
    Value.MapValue metadata = host.metadata().namespace("envoy.lb");
    List<List<Value>> combinations = new ArrayList<>();
    combinations.add(List.of());
    for (String key : keys) {
      Value value = metadata == null ? null : metadata.get(key);
      if (value == null) {
        return List.of();
      }
      List<Value> choices =
          settings.listAsAny() && value instanceof Value.ListValue(List<Value> elements)
              ? elements
              : List.of(value);
      List<List<Value>> longer = new ArrayList<>();
      for (List<Value> combination : combinations) {
        for (Value choice : choices) {
          var extended = new ArrayList<>(combination);
          extended.add(choice);
          longer.add(extended);
        }
      }
      combinations = longer;
    }
    return combinations;
  }

  private boolean hasAll(Host host, Value.MapValue criteria) {
    Value.MapValue metadata = host.metadata().namespace("envoy.lb");
    for (Map.Entry<String, Value> entry : criteria.fields().entrySet()) {
      Value value = metadata == null ? null : metadata.get(entry.getKey());
      boolean equal =
          entry.getValue().equals(value)
              || settings.listAsAny()
                  && value instanceof Value.ListValue(List<Value> elements)
                  && elements.contains(entry.getValue());
      if (!equal) {
        return false;
      }
    }
    return true;
  }

  @Nullable Subset find(Key key) {
    return subsets.get(key);
  }

  @Nullable Subset all() {
    return all;
  }

  @Nullable Subset byDefault() {
    return byDefault;
  }

  /** How many subsets another table does not have. */
  int countMissingIn(@Nullable SubsetTable other) {
    if (other == null) {
      return subsets.size();
    }
    int missing = 0;
    for (Key key : subsets.keySet()) {
      missing += other.subsets.containsKey(key) ? 0 : 1;
    }
    return missing;
  }

  /** How many subsets that must have one host would have had several. */
  int duplicates() {
    return duplicates;
  }

  int size() {
    return subsets.size();
  }
}
