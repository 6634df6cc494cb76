package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.Locality;
import io.weir.controlplane.registry.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Priorities by labels: an endpoint is the nearer, the more labels from the front of a list it has
 * in common with the caller. {@code name=value} compares with the value instead of the caller's.
 */
final class FailoverPriority {

  private FailoverPriority() {}

  /** Endpoints by priority, the nearest first; the numbers need not be without gaps. */
  static Map<Integer, List<Endpoint>> split(
      List<Endpoint> endpoints, List<String> names, Map<String, String> caller) {
    Map<Integer, List<Endpoint>> byPriority = new TreeMap<>();
    for (Endpoint endpoint : endpoints) {
      byPriority
          .computeIfAbsent(priority(endpoint, names, caller), _ -> new ArrayList<>())
          .add(endpoint);
    }
    return byPriority;
  }

  private static int priority(Endpoint endpoint, List<String> names, Map<String, String> caller) {
    Locality locality = EndpointGenerator.parse(endpoint.locality());
    Map<String, String> labels =
        TopologyLabels.of(
            endpoint.labels(),
            locality.getRegion(),
            locality.getZone(),
            locality.getSubZone(),
            endpoint.network());
    for (int i = 0; i < names.size(); i++) {
      int equals = names.get(i).indexOf('=');
      String name = equals < 0 ? names.get(i) : names.get(i).substring(0, equals);
      String wanted =
          equals < 0 ? caller.getOrDefault(name, "") : names.get(i).substring(equals + 1);
      if (!labels.getOrDefault(name, "").equals(wanted)) {
        return names.size() - i;
      }
    }
    return 0;
  }
}
