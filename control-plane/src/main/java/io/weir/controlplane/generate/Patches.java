package io.weir.controlplane.generate;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.controlplane.patch.EnvoyFilter;
import io.weir.controlplane.patch.PatchContext;
import io.weir.controlplane.patch.PatchProxy;
import io.weir.controlplane.patch.PatchReport;
import io.weir.controlplane.patch.PatchSet;
import io.weir.controlplane.patch.Profile;
import io.weir.controlplane.patch.Quarantine;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.controlplane.registry.Service;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The patches of a proxy, at the places where generated resources go through them. */
final class Patches {

  private static final ClientValidation VALIDATION = ClientValidation.load();

  private final PatchSet set;
  private final Quarantine quarantine;

  private Patches(PatchSet set, Proxy proxy) {
    this.set = set;
    this.quarantine = new Quarantine(set, VALIDATION.of(proxy));
  }

  static Patches of(PushContext context, Proxy proxy, Profile profile) {
    return new Patches(
        PatchSet.of(context.envoyFilters(proxy.namespace()), patchProxy(context, proxy), profile),
        proxy);
  }

  /** The patches that are for a proxy, and what they need to know of its ports. */
  static PatchInputs inputs(PushContext context, Proxy proxy, Profile profile) {
    List<EnvoyFilter> filters = context.envoyFilters(proxy.namespace());
    if (filters.isEmpty()) {
      return PatchInputs.NONE;
    }
    PatchProxy known = patchProxy(context, proxy);
    PatchSet set = PatchSet.of(filters, known, profile);
    return set.isEmpty()
        ? PatchInputs.NONE
        : new PatchInputs(
            set.patches().stream().map(SameObject::new).toList(), known.servicePorts());
  }

  static Patches reporting(PushContext context, Proxy proxy, Profile profile) {
    return new Patches(
        PatchSet.reporting(
            context.envoyFilters(),
            patchProxy(context, proxy),
            context.mesh().rootNamespace(),
            profile),
        proxy);
  }

  private static PatchProxy patchProxy(PushContext context, Proxy proxy) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    proxy
        .node()
        .getMetadata()
        .getFieldsMap()
        .forEach(
            (name, value) ->
                metadata.put(
                    name,
                    value.getKindCase() == Value.KindCase.STRING_VALUE
                        ? value.getStringValue()
                        : value));
    return new PatchProxy(
        proxy.namespace(),
        context.mesh().rootNamespace(),
        proxy.labels(),
        metadata,
        proxy.isSidecar() ? Map.of() : GatewayPlanner.servicePorts(context, proxy));
  }

  List<Listener> listeners(PatchContext context, List<Listener> listeners) {
    return set.isEmpty() ? listeners : quarantine.listeners(context, listeners);
  }

  RouteConfiguration routes(PatchContext context, RouteConfiguration table) {
    return set.isEmpty() ? table : quarantine.routes(context, table);
  }

  /** Outbound clusters or a gateway's, with those that are added. */
  List<Cluster> clusters(PatchContext context, List<Cluster> clusters) {
    if (set.isEmpty()) {
      return clusters;
    }
    List<Cluster> patched = new ArrayList<>();
    for (Cluster cluster : clusters) {
      Cluster changed = quarantine.cluster(context, cluster, List.of());
      if (changed != null) {
        patched.add(changed);
      }
    }
    patched.addAll(quarantine.addedClusters(context));
    return patched;
  }

  /** One inbound cluster, or none when it is removed. */
  List<Cluster> inbound(Cluster cluster, @Nullable Service service) {
    Cluster patched =
        quarantine.cluster(
            PatchContext.SIDECAR_INBOUND,
            cluster,
            service == null ? List.of() : List.of(service.hostname()));
    return patched == null ? List.of() : List.of(patched);
  }

  List<Cluster> addedInbound() {
    return quarantine.addedClusters(PatchContext.SIDECAR_INBOUND);
  }

  List<TypedExtensionConfig> extensionConfigs() {
    return set.extensionConfigs();
  }

  /** Patches that were left out because the client would refuse the result. */
  List<Quarantine.Entry> quarantined() {
    return quarantine.entries();
  }

  PatchReport report() {
    return set.report();
  }
}
