package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.weir.controlplane.config.DestinationRule.Distribute;
import io.weir.controlplane.config.DestinationRule.Failover;
import io.weir.controlplane.config.DestinationRule.LocalityLb;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weights and priorities of localities for a caller of one locality. Failover needs outlier
 * detection: without it nothing would ever be seen to fail.
 */
final class LocalityBalance {

  private static final LocalityLb DEFAULT = new LocalityLb(List.of(), List.of(), List.of(), null);

  private LocalityBalance() {}

  /** What a policy says about localities; Istio's default is failover to farther ones. */
  static LocalityLb settings(EffectivePolicy policy) {
    LocalityLb settings =
        policy.loadBalancer() == null ? null : policy.loadBalancer().localityLbSetting();
    return settings == null ? DEFAULT : settings;
  }

  /** The labels by which endpoints are ranked, if they are: only with outlier detection. */
  static List<String> failoverLabels(EffectivePolicy policy) {
    LocalityLb settings = settings(policy);
    return Boolean.FALSE.equals(settings.enabled())
            || !settings.distribute().isEmpty()
            || policy.outlierDetection() == null
        ? List.of()
        : settings.failoverPriority();
  }

  /** Within the ranks that labels gave, regions fail over as the rule says, if it does. */
  static List<LocalityLbEndpoints> afterLabels(
      List<LocalityLbEndpoints> ranked, EffectivePolicy policy, ProxyLocality caller) {
    List<Failover> failover = settings(policy).failover();
    return failover.isEmpty() ? ranked : failover(ranked, failover, caller);
  }

  static List<LocalityLbEndpoints> apply(
      List<LocalityLbEndpoints> localities, EffectivePolicy policy, ProxyLocality caller) {
    LocalityLb settings = settings(policy);
    if (Boolean.FALSE.equals(settings.enabled())) {
      return localities;
    }
    if (!settings.distribute().isEmpty()) {
      for (Distribute rule : settings.distribute()) {
        if (covers(rule.from(), caller.region(), caller.zone(), caller.subzone())) {
          return distribute(localities, rule.to());
        }
      }
      return localities;
    }
    return policy.outlierDetection() == null
        ? localities
        : failover(localities, settings.failover(), caller);
  }

  private static List<LocalityLbEndpoints> distribute(
      List<LocalityLbEndpoints> localities, Map<String, Integer> shares) {
    List<LocalityLbEndpoints> weighted = new ArrayList<>(localities);
    Set<Integer> named = new HashSet<>();
    shares.forEach(
        (to, share) -> {
          List<Integer> meant = new ArrayList<>();
          long total = 0;
          for (int i = 0; i < localities.size(); i++) {
            if (!named.contains(i) && covers(to, localities.get(i).getLocality())) {
              meant.add(i);
              total += localities.get(i).getLoadBalancingWeight().getValue();
            }
          }
          for (int i : meant) {
            named.add(i);
            long own = localities.get(i).getLoadBalancingWeight().getValue();
            long weight = (own * share + total - 1) / total;
            if (weight > 0) {
              weighted.set(
                  i,
                  localities.get(i).toBuilder()
                      .setLoadBalancingWeight(Messages.uint(weight))
                      .build());
            }
          }
        });
    for (int i = 0; i < weighted.size(); i++) {
      if (!named.contains(i)) {
        // Istio keeps the locality and takes its endpoints.
        weighted.set(i, weighted.get(i).toBuilder().clearLbEndpoints().build());
      }
    }
    return weighted;
  }

  private static List<LocalityLbEndpoints> failover(
      List<LocalityLbEndpoints> localities, List<Failover> rules, ProxyLocality caller) {
    SortedMap<Integer, List<LocalityLbEndpoints>> byDistance = new TreeMap<>();
    for (LocalityLbEndpoints group : localities) {
      int distance = group.getPriority() * 5 + distance(group.getLocality(), rules, caller);
      byDistance.computeIfAbsent(distance, _ -> new ArrayList<>()).add(group);
    }
    List<LocalityLbEndpoints> ordered = new ArrayList<>();
    int priority = 0;
    for (List<LocalityLbEndpoints> groups : byDistance.values()) {
      for (LocalityLbEndpoints group : groups) {
        ordered.add(group.toBuilder().setPriority(priority).build());
      }
      priority++;
    }
    return ordered;
  }

  private static int distance(Locality locality, List<Failover> rules, ProxyLocality caller) {
    if (!locality.getRegion().equals(caller.region())) {
      for (Failover rule : rules) {
        if (rule.from().equals(caller.region())) {
          return rule.to().equals(locality.getRegion()) ? 3 : 4;
        }
      }
      return 3;
    }
    if (!locality.getZone().equals(caller.zone())) {
      return 2;
    }
    return locality.getSubZone().equals(caller.subzone()) ? 0 : 1;
  }

  private static boolean covers(String pattern, Locality locality) {
    return covers(pattern, locality.getRegion(), locality.getZone(), locality.getSubZone());
  }

  private static boolean covers(String pattern, String region, String zone, String subzone) {
    String[] actual = {region, zone, subzone};
    String[] parts = pattern.split("/", 3);
    for (int i = 0; i < parts.length; i++) {
      boolean open = parts[i].equals("*") || i > 0 && parts[i].isEmpty();
      if (!open && !parts[i].equals(actual[i])) {
        return false;
      }
    }
    return true;
  }
}
