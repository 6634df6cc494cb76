package io.weir.controlplane.registry;

import java.util.Map;

/**
 * One address of one port of a service.
 *
 * @param address an IP address, a host name, or {@code unix://path}
 * @param port the service's port that it serves
 * @param endpointPort where it listens
 * @param locality {@code region/zone/subzone}, or empty
 * @param workload the name that it has in the mesh
 */
public record Endpoint(
    String address,
    int port,
    int endpointPort,
    Map<String, String> labels,
    String locality,
    int weight,
    String network,
    String serviceAccount,
    String namespace,
    String workload) {

  /** Label by which a workload says how it takes mTLS. */
  public static final String TLS_MODE_LABEL = "security.istio.io/tlsMode";

  /** Whether it is an address as it stands; a host name must be resolved first. */
  public static boolean isAddress(String text) {
    return text.contains(":")
        || !text.isEmpty() && text.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9');
  }

  /** Whether the workload has a proxy that terminates mTLS. */
  public boolean acceptsMutualTls() {
    String mode = labels.get(TLS_MODE_LABEL);
    return mode == null ? !serviceAccount.isEmpty() : mode.equals("istio");
  }

  /** The workload as Istio tells proxies about it, for telemetry. */
  public String workloadDescription() {
    String app =
        labels.getOrDefault(
            "service.istio.io/canonical-name",
            labels.getOrDefault("app.kubernetes.io/name", labels.getOrDefault("app", workload)));
    String revision =
        labels.getOrDefault(
            "service.istio.io/canonical-revision",
            labels.getOrDefault("app.kubernetes.io/version", labels.getOrDefault("version", "")));
    return workload + ";" + namespace + ";" + app + ";" + revision + ";Kubernetes";
  }
}
