package io.weir.controlplane.patch;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An EnvoyFilter resource, decoded.
 *
 * @param created from its metadata; null when the source has none
 * @param selector labels that a workload must have; null selects all
 */
public record EnvoyFilter(
    String namespace,
    String name,
    @Nullable Instant created,
    int priority,
    @Nullable Map<String, String> selector,
    List<TargetRef> targetRefs,
    List<Patch> patches) {

  /** A reference to the resource that the filter is attached to. */
  public record TargetRef(String group, String kind, String name) {}

  public EnvoyFilter {
    selector = selector == null ? null : Map.copyOf(selector);
    targetRefs = List.copyOf(targetRefs);
    patches = List.copyOf(patches);
  }

  /** {@code namespace/name}. */
  public String id() {
    return namespace + "/" + name;
  }

  /**
   * The order of application: by priority, then the root namespace first, then by age, then by
   * name. Files have no creation times, so there it is the name that decides.
   */
  static Comparator<EnvoyFilter> order(String rootNamespace) {
    return Comparator.comparingInt(EnvoyFilter::priority)
        .thenComparing(filter -> !filter.namespace().equals(rootNamespace))
        .thenComparing(filter -> filter.created() == null ? Instant.MIN : filter.created())
        .thenComparing(filter -> filter.name() + "." + filter.namespace());
  }

  /** Why the filter is not for a proxy, in words; null when it is. */
  @Nullable String mismatch(PatchProxy proxy) {
    if (!namespace.equals(proxy.rootNamespace()) && !namespace.equals(proxy.namespace())) {
      return "namespace "
          + namespace
          + " is neither the proxy's ("
          + proxy.namespace()
          + ") nor the root namespace ("
          + proxy.rootNamespace()
          + ")";
    }
    String gateway = proxy.gatewayName();
    if (!targetRefs.isEmpty()) {
      return targetRefMismatch(proxy, gateway);
    }
    if (selector == null || proxy.labels().entrySet().containsAll(selector.entrySet())) {
      return null;
    }
    for (Map.Entry<String, String> label : selector.entrySet()) {
      String actual = proxy.labels().get(label.getKey());
      if (!label.getValue().equals(actual)) {
        return "workloadSelector."
            + label.getKey()
            + ": wanted "
            + label.getValue()
            + ", the workload has "
            + (actual == null ? "no such label" : actual);
      }
    }
    return null;
  }

  private @Nullable String targetRefMismatch(PatchProxy proxy, String gateway) {
    if (gateway.isEmpty()) {
      return "targetRefs select only gateways of the Gateway API and waypoints; use"
          + " workloadSelector";
    }
    for (TargetRef ref : targetRefs) {
      boolean gatewayRef =
          ref.kind().equals("Gateway")
              && ref.group().equals("gateway.networking.k8s.io")
              && ref.name().equals(gateway)
              && namespace.equals(proxy.namespace());
      if (gatewayRef) {
        return null;
      }
    }
    return "no targetRef names the Gateway " + proxy.namespace() + "/" + gateway;
  }
}
