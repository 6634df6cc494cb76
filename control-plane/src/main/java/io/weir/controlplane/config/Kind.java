package io.weir.controlplane.config;

import java.util.List;
import java.util.Optional;

/** The kinds of Istio resources that the control plane understands. */
public enum Kind {
  VIRTUAL_SERVICE(Group.NETWORKING, "VirtualService", VirtualService.class),
  DESTINATION_RULE(Group.NETWORKING, "DestinationRule", DestinationRule.class),
  GATEWAY(Group.NETWORKING, "Gateway", Gateway.class),
  SERVICE_ENTRY(Group.NETWORKING, "ServiceEntry", ServiceEntry.class),
  WORKLOAD_ENTRY(Group.NETWORKING, "WorkloadEntry", WorkloadEntry.class),
  SIDECAR(Group.NETWORKING, "Sidecar", Sidecar.class),
  ENVOY_FILTER(Group.NETWORKING, "EnvoyFilter", EnvoyFilterConfig.class),
  WASM_PLUGIN(Group.EXTENSIONS, "WasmPlugin", WasmPlugin.class),
  TRAFFIC_EXTENSION(Group.EXTENSIONS, "TrafficExtension", TrafficExtension.class),
  AUTHORIZATION_POLICY(Group.SECURITY, "AuthorizationPolicy", AuthorizationPolicy.class),
  PEER_AUTHENTICATION(Group.SECURITY, "PeerAuthentication", PeerAuthentication.class),
  REQUEST_AUTHENTICATION(Group.SECURITY, "RequestAuthentication", RequestAuthentication.class),
  TELEMETRY(Group.TELEMETRY, "Telemetry", Telemetry.class);

  /** API groups with the versions that ever existed; all of them have the same schema. */
  enum Group {
    NETWORKING("networking.istio.io", List.of("v1alpha3", "v1beta1", "v1")),
    EXTENSIONS("extensions.istio.io", List.of("v1alpha1")),
    SECURITY("security.istio.io", List.of("v1beta1", "v1")),
    TELEMETRY("telemetry.istio.io", List.of("v1alpha1", "v1"));

    final String group;
    final List<String> versions;

    Group(String group, List<String> versions) {
      this.group = group;
      this.versions = versions;
    }
  }

  private final Group group;
  private final String kindName;
  private final Class<? extends Record> spec;

  Kind(Group group, String kindName, Class<? extends Record> spec) {
    this.group = group;
    this.kindName = kindName;
    this.spec = spec;
  }

  /** As written in {@code kind:}. */
  public String kindName() {
    return kindName;
  }

  public String group() {
    return group.group;
  }

  /** The API versions in which the kind exists, oldest first. */
  public List<String> versions() {
    return group.versions;
  }

  /** The record that the spec is read into. */
  Class<? extends Record> spec() {
    return spec;
  }

  /** In lower case with dashes, as Istio writes it into metadata: {@code virtual-service}. */
  public String dashed() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  public static Optional<Kind> of(String group, String kindName) {
    for (Kind kind : values()) {
      if (kind.kindName.equals(kindName) && kind.group().equals(group)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** By name in any case, singular or plural, for the command line and the HTTP API. */
  public static Optional<Kind> ofName(String name) {
    String wanted = name.replace("-", "").toLowerCase(java.util.Locale.ROOT);
    for (Kind kind : values()) {
      String own = kind.kindName.toLowerCase(java.util.Locale.ROOT);
      String plural = own.endsWith("y") ? own.substring(0, own.length() - 1) + "ies" : own + "s";
      if (wanted.equals(own) || wanted.equals(plural)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
