package io.weir.controlplane.registry;

import java.util.Map;

/** The label by which a workload says where it is: {@code region.zone.subzone}, or with slashes. */
public final class LocalityLabel {

  private static final String NAME = "topology.istio.io/locality";
  private static final String OLD_NAME = "istio-locality";

  private LocalityLabel() {}

  /** {@code region/zone/subzone} of a workload's labels, or empty. */
  public static String of(Map<String, String> labels) {
    String value = labels.getOrDefault(NAME, labels.getOrDefault(OLD_NAME, ""));
    // Kubernetes allows no slash in a label's value.
    return value.contains("/") ? value : value.replace('.', '/');
  }
}
