package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.weir.controlplane.config.DestinationRule.Distribute;
import io.weir.controlplane.config.DestinationRule.Failover;
import io.weir.controlplane.config.DestinationRule.LocalityLb;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weights and priorities of localities for a caller of one locality. Failover needs outlier
 * detection: without it nothing would ever be seen to fail.
 */
final class LocalityBalance {

  private LocalityBalance() {}

  static List<LocalityLbEndpoints> apply(
      List<LocalityLbEndpoints> localities, EffectivePolicy policy, ProxyLocality caller) {
    LocalityLb settings =
        policy.loadBalancer() == null ? null : policy.loadBalancer().localityLbSetting();
    if (settings == null
        || Boolean.FALSE.equals(settings.enabled())
        || caller.equals(ProxyLocality.UNKNOWN)) {
      return localities;
    }
    for (Distribute rule : settings.distribute()) {
      if (covers(rule.from(), caller.region(), caller.zone(), caller.subzone())) {
        return distribute(localities, rule.to());
      }
    }
    if (!settings.distribute().isEmpty() || policy.outlierDetection() == null) {
      return localities;
    }
    return failover(localities, settings.failover(), caller);
  }

  private static List<LocalityLbEndpoints> distribute(
      List<LocalityLbEndpoints> localities, Map<String, Integer> shares) {
    Map<LocalityLbEndpoints, Integer> weights = new LinkedHashMap<>();
    shares.forEach(
        (to, share) -> {
          List<LocalityLbEndpoints> meant = new ArrayList<>();
          int total = 0;
          for (LocalityLbEndpoints group : localities) {
            if (!weights.containsKey(group) && covers(to, group.getLocality())) {
              meant.add(group);
              total += group.getLoadBalancingWeight().getValue();
            }
          }
          for (LocalityLbEndpoints group : meant) {
            double part = (double) group.getLoadBalancingWeight().getValue() / total;
            weights.put(group, (int) Math.ceil(part * share));
          }
        });
    List<LocalityLbEndpoints> weighted = new ArrayList<>();
    for (LocalityLbEndpoints group : localities) {
      Integer weight = weights.get(group);
      LocalityLbEndpoints.Builder changed = group.toBuilder();
      if (weight == null) {
        // Istio keeps the locality and takes its endpoints.
        weighted.add(changed.clearLbEndpoints().clearLoadBalancingWeight().build());
      } else {
        weighted.add(changed.setLoadBalancingWeight(Messages.uint(weight)).build());
      }
    }
    return weighted;
  }

  private static List<LocalityLbEndpoints> failover(
      List<LocalityLbEndpoints> localities, List<Failover> rules, ProxyLocality caller) {
    SortedMap<Integer, List<LocalityLbEndpoints>> byDistance = new TreeMap<>();
    for (LocalityLbEndpoints group : localities) {
      byDistance
          .computeIfAbsent(distance(group.getLocality(), rules, caller), _ -> new ArrayList<>())
          .add(group);
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
      if (parts[i].equals("*")) {
        return true;
      }
      if (!parts[i].equals(actual[i])) {
        return false;
      }
    }
    return true;
  }
}
