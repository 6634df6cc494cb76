package io.weir.controlplane.push;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigSnapshot;
import io.weir.controlplane.config.DestinationRule;
import io.weir.controlplane.config.DestinationRule.Subset;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.config.Selector;
import io.weir.controlplane.registry.Hostname;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.Visibility;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * DestinationRules by namespace. Several for one host become one: the oldest keeps its policy, the
 * others only add subsets that it does not have.
 */
public final class DestinationRuleIndex {

  private final Map<String, List<Rule>> byNamespace;
  private final String rootNamespace;

  private DestinationRuleIndex(Map<String, List<Rule>> byNamespace, String rootNamespace) {
    this.byNamespace = byNamespace;
    this.rootNamespace = rootNamespace;
  }

  /** A rule with its host's full name. */
  private record Rule(String host, Config<DestinationRule> config, List<String> exportTo) {

    @Nullable Selector selector() {
      return config.spec().workloadSelector();
    }
  }

  static DestinationRuleIndex build(ConfigSnapshot snapshot, MeshConfig mesh) {
    List<Config<DestinationRule>> configs =
        new ArrayList<>(snapshot.list(Kind.DESTINATION_RULE, DestinationRule.class));
    configs.sort(Config.OLDEST_FIRST);
    Map<String, List<Rule>> byNamespace = new LinkedHashMap<>();
    for (Config<DestinationRule> config : configs) {
      Rule rule =
          new Rule(
              Hostname.resolve(config.spec().host(), config.namespace()),
              config,
              Visibility.exportTo(
                  config.spec().exportTo(),
                  mesh.defaultDestinationRuleExportTo(),
                  config.namespace()));
      add(byNamespace.computeIfAbsent(config.namespace(), _ -> new ArrayList<>()), rule);
    }
    byNamespace
        .values()
        .forEach(rules -> rules.sort(Comparator.comparing(Rule::host, Hostname::compare)));
    return new DestinationRuleIndex(byNamespace, mesh.rootNamespace());
  }

  private static void add(List<Rule> rules, Rule added) {
    for (int i = 0; i < rules.size(); i++) {
      Rule first = rules.get(i);
      if (first.host().equals(added.host())
          && Set.copyOf(first.exportTo()).equals(Set.copyOf(added.exportTo()))
          && Objects.equals(first.selector(), added.selector())) {
        rules.set(i, merge(first, added));
        return;
      }
    }
    rules.add(added);
  }

  private static Rule merge(Rule first, Rule second) {
    DestinationRule spec = first.config().spec();
    List<Subset> subsets = new ArrayList<>(spec.subsets());
    Set<String> names = new TreeSet<>();
    subsets.forEach(subset -> names.add(subset.name()));
    for (Subset subset : second.config().spec().subsets()) {
      if (names.add(subset.name())) {
        subsets.add(subset);
      }
    }
    DestinationRule merged =
        new DestinationRule(
            spec.host(),
            spec.trafficPolicy() == null
                ? second.config().spec().trafficPolicy()
                : spec.trafficPolicy(),
            List.copyOf(subsets),
            spec.exportTo(),
            spec.workloadSelector());
    Config<DestinationRule> config = first.config();
    return new Rule(
        first.host(),
        new Config<>(config.meta(), merged, config.origin(), config.revision()),
        first.exportTo());
  }

  /**
   * The rule for a proxy's traffic to a service: of the proxy's namespace, else the service's, else
   * the root namespace's; within one, the narrowest host.
   */
  public @Nullable Config<DestinationRule> find(Proxy proxy, Service service) {
    return find(proxy, service, true);
  }

  /** The rule for traffic that a proxy receives: those for chosen workloads do not count. */
  public @Nullable Config<DestinationRule> findForAll(Proxy proxy, Service service) {
    return find(proxy, service, false);
  }

  private @Nullable Config<DestinationRule> find(Proxy proxy, Service service, boolean selected) {
    Set<String> namespaces = new LinkedHashSet<>();
    namespaces.add(proxy.namespace());
    namespaces.add(service.namespace());
    namespaces.add(rootNamespace);
    for (String namespace : namespaces) {
      List<Rule> rules = narrowest(namespace, proxy, service);
      if (!rules.isEmpty()) {
        // Even if it has none for this workload, no other namespace is asked.
        return choose(rules, proxy, selected && namespace.equals(proxy.namespace()));
      }
    }
    return null;
  }

  /** Whether a namespace's rules differ between its workloads. */
  public boolean selects(String namespace) {
    return byNamespace.getOrDefault(namespace, List.of()).stream()
        .anyMatch(rule -> rule.selector() != null);
  }

  /** A namespace's rules for the narrowest host that covers a service. */
  private List<Rule> narrowest(String namespace, Proxy proxy, Service service) {
    boolean own = namespace.equals(proxy.namespace());
    List<Rule> found = new ArrayList<>();
    for (Rule rule : byNamespace.getOrDefault(namespace, List.of())) {
      boolean sameHost = found.isEmpty() || found.getFirst().host().equals(rule.host());
      if (sameHost
          && Hostname.covers(rule.host(), service.hostname())
          && (own || Visibility.visible(rule.exportTo(), proxy.namespace()))) {
        found.add(rule);
      }
    }
    return found;
  }

  private static @Nullable Config<DestinationRule> choose(
      List<Rule> rules, Proxy proxy, boolean selected) {
    Config<DestinationRule> forAll = null;
    for (Rule rule : rules) {
      Selector selector = rule.selector();
      if (selector == null) {
        forAll = forAll == null ? rule.config() : forAll;
      } else if (selected && selector.selects(proxy.labels())) {
        return rule.config();
      }
    }
    return forAll;
  }
}
