package io.weir.controlplane.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A service of the registry with its ports and endpoints (networking.istio.io). */
public record ServiceEntry(
    List<String> hosts,
    List<String> addresses,
    List<Port> ports,
    Location location,
    Resolution resolution,
    List<WorkloadEntry> endpoints,
    @Nullable Selector workloadSelector,
    List<String> exportTo,
    List<String> subjectAltNames)
    implements ConfigSpec {

  /** Whether the service is part of the mesh. */
  public enum Location {
    MESH_EXTERNAL,
    MESH_INTERNAL
  }

  /** How a host becomes an address. */
  public enum Resolution {
    NONE,
    STATIC,
    DNS,
    DNS_ROUND_ROBIN,
    DYNAMIC_DNS
  }
}
