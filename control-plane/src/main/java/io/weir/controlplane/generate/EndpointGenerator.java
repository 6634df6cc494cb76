package io.weir.controlplane.generate;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.weir.controlplane.registry.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The endpoints of a cluster, by locality. */
final class EndpointGenerator {

  private EndpointGenerator() {}

  static ClusterLoadAssignment build(EndpointInput input) {
    ClusterLoadAssignment.Builder assignment =
        ClusterLoadAssignment.newBuilder().setClusterName(input.clusterName());
    List<String> labels = LocalityBalance.failoverLabels(input.policy());
    if (labels.isEmpty()) {
      return assignment
          .addAllEndpoints(
              LocalityBalance.apply(
                  localities(input.endpoints()), input.policy(), input.locality()))
          .build();
    }
    List<LocalityLbEndpoints> groups = new ArrayList<>();
    int priority = 0;
    for (List<Endpoint> near :
        FailoverPriority.split(input.endpoints(), labels, input.locality().labels()).values()) {
      for (LocalityLbEndpoints group : localities(near)) {
        groups.add(group.toBuilder().setPriority(priority).build());
      }
      priority++;
    }
    return assignment
        .addAllEndpoints(LocalityBalance.afterLabels(groups, input.policy(), input.locality()))
        .build();
  }

  private static List<LocalityLbEndpoints> localities(List<Endpoint> endpoints) {
    Map<String, List<Endpoint>> byLocality = new LinkedHashMap<>();
    for (Endpoint endpoint : endpoints) {
      byLocality.computeIfAbsent(endpoint.locality(), _ -> new ArrayList<>()).add(endpoint);
    }
    List<LocalityLbEndpoints> localities = new ArrayList<>();
    byLocality.forEach((locality, group) -> localities.add(locality(locality, group)));
    return localities;
  }

  private static LocalityLbEndpoints locality(String locality, List<Endpoint> endpoints) {
    LocalityLbEndpoints.Builder group =
        LocalityLbEndpoints.newBuilder().setLocality(parse(locality));
    int weight = 0;
    for (Endpoint endpoint : endpoints) {
      weight += endpoint.weight();
      group.addLbEndpoints(endpoint(endpoint));
    }
    return group.setLoadBalancingWeight(Messages.uint(weight)).build();
  }

  static Locality parse(String locality) {
    String[] parts = locality.split("/", 3);
    Locality.Builder parsed = Locality.newBuilder().setRegion(parts[0]);
    if (parts.length > 1) {
      parsed.setZone(parts[1]);
    }
    if (parts.length > 2) {
      parsed.setSubZone(parts[2]);
    }
    return parsed.build();
  }

  private static LbEndpoint endpoint(Endpoint endpoint) {
    Metadata.Builder metadata =
        Metadata.newBuilder()
            .putFilterMetadata(
                Messages.ISTIO,
                Struct.newBuilder()
                    .putFields("workload", Messages.text(endpoint.workloadDescription()))
                    .build());
    if (endpoint.acceptsMutualTls()) {
      metadata.putFilterMetadata(
          "envoy.transport_socket_match",
          Struct.newBuilder().putFields("tlsMode", Messages.text("istio")).build());
    }
    return LbEndpoint.newBuilder()
        .setEndpoint(
            io.envoyproxy.envoy.config.endpoint.v3.Endpoint.newBuilder()
                .setAddress(Messages.address(endpoint.address(), endpoint.endpointPort())))
        .setLoadBalancingWeight(Messages.uint(endpoint.weight()))
        .setMetadata(metadata)
        .build();
  }
}
