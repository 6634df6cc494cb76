package io.weir.controlplane.patch;

import java.util.Map;
import java.util.Set;

/**
 * What the patch engine has to know of a proxy.
 *
 * @param namespace of the workload
 * @param rootNamespace whose EnvoyFilters are for every namespace
 * @param metadata top-level values of the node's metadata; only strings can be matched
 * @param servicePorts for gateways: the service ports behind each port that it binds, when they are
 *     known and differ
 */
public record PatchProxy(
    String namespace,
    String rootNamespace,
    Map<String, String> labels,
    Map<String, Object> metadata,
    Map<Integer, Set<Integer>> servicePorts) {

  private static final String GATEWAY_API = "gateway.networking.k8s.io/gateway-name";

  public PatchProxy {
    labels = Map.copyOf(labels);
    metadata = Map.copyOf(metadata);
    servicePorts = Map.copyOf(servicePorts);
  }

  /** The version of Istio that the proxy claims to be of; empty when it claims none. */
  String version() {
    return metadata.get("ISTIO_VERSION") instanceof String version ? version : "";
  }

  /** The Gateway of the Gateway API that made this workload; empty for all others. */
  String gatewayName() {
    return labels.getOrDefault(GATEWAY_API, "");
  }
}
