package io.weir.controlplane.generate;

import java.util.Map;
import java.util.TreeMap;

/** Labels that say where a workload is: Kubernetes' and Istio's well-known names. */
final class TopologyLabels {

  private static final String REGION = "topology.kubernetes.io/region";
  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String SUBZONE = "topology.istio.io/subzone";
  private static final String NETWORK = "topology.istio.io/network";

  private TopologyLabels() {}

  /** A workload's labels with those of its place. */
  static Map<String, String> of(
      Map<String, String> labels, String region, String zone, String subzone, String network) {
    Map<String, String> all = new TreeMap<>(labels);
    put(all, REGION, region);
    put(all, ZONE, zone);
    put(all, SUBZONE, subzone);
    put(all, NETWORK, network);
    return all;
  }

  private static void put(Map<String, String> labels, String name, String value) {
    if (!value.isEmpty()) {
      labels.put(name, value);
    }
  }
}
