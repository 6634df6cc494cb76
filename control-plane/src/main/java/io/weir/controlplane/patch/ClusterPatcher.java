package io.weir.controlplane.patch;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.weir.controlplane.patch.ObjectMatch.OfCluster;
import io.weir.controlplane.patch.Trace.Condition;
import io.weir.xds.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies the patches on clusters. */
final class ClusterPatcher {

  private final PatchSet set;
  private final PatchContext context;

  ClusterPatcher(PatchSet set, PatchContext context) {
    this.set = set;
    this.context = context;
  }

  List<Cluster> clusters(List<Cluster> clusters) {
    List<Cluster> out = new ArrayList<>(clusters.size());
    for (Cluster cluster : clusters) {
      Cluster patched = cluster(cluster, hosts(cluster), ListenerPatcher.ALL);
      if (patched != null) {
        out.add(patched);
      }
    }
    out.addAll(added());
    return out;
  }

  List<Cluster> added() {
    List<Cluster> added = new ArrayList<>();
    for (OrderedPatch patch : set.of(ApplyTo.CLUSTER, context, ListenerPatcher.ALL)) {
      if (patch.operation() != Operation.ADD) {
        continue;
      }
      if (patch.patch().context() == PatchContext.ANY
          && context != PatchContext.SIDECAR_OUTBOUND
          && context != PatchContext.GATEWAY) {
        patch
            .trace()
            .failsBecause(Condition.CONTEXT, "without a context nothing is added to " + context);
        continue;
      }
      Cluster cluster = (Cluster) patch.patch().message();
      set.enter(ResourceType.CLUSTER, cluster.getName());
      patch.trace().applied("new cluster " + cluster.getName());
      Cluster later = set.asIstio() ? cluster : cluster(cluster, List.of(), patch.order());
      if (later != null) {
        added.add(later);
      }
    }
    return added;
  }

  /** Null when the cluster is removed. */
  @Nullable Cluster cluster(Cluster cluster, Collection<String> hosts, int order) {
    set.enter(ResourceType.CLUSTER, cluster.getName());
    Cluster current = cluster;
    List<OrderedPatch> patches = set.of(ApplyTo.CLUSTER, context, order);
    for (OrderedPatch patch : patches) {
      if (patch.operation() == Operation.REMOVE && matches(patch, cluster, hosts)) {
        patch.trace().applied("removed cluster " + cluster.getName());
        return null;
      }
    }
    for (OrderedPatch patch : patches) {
      if (patch.operation().isMerge() && matches(patch, current, hosts)) {
        try {
          current = TransportSocketMerge.cluster(patch, current, set.asIstio());
        } catch (Poisoned e) {
          return current;
        }
      }
    }
    return current;
  }

  private static boolean matches(
      OrderedPatch patch, Cluster cluster, Collection<String> inboundHosts) {
    if (!(patch.patch().match() instanceof OfCluster match)) {
      return true;
    }
    Trace trace = patch.trace();
    if (!match.name().isEmpty()) {
      // A name excludes the other conditions.
      return match.name().equals(cluster.getName())
          || trace.fails(Condition.CLUSTER_NAME, match.name(), cluster.getName());
    }
    SubsetKey key = SubsetKey.parse(cluster.getName());
    if (!match.subset().isEmpty() && !match.subset().equals(key.subset())) {
      return trace.fails(Condition.CLUSTER_SUBSET, match.subset(), key.subset());
    }
    Collection<String> hosts =
        key.direction().equals("inbound") && !inboundHosts.isEmpty()
            ? inboundHosts
            : List.of(key.host());
    if (!match.service().isEmpty() && !hosts.contains(match.service())) {
      return trace.fails(Condition.CLUSTER_SERVICE, match.service(), String.join(", ", hosts));
    }
    return match.portNumber() == 0
        || match.portNumber() == key.port()
        || trace.fails(
            Condition.CLUSTER_PORT,
            Integer.toString(match.portNumber()),
            key.port() == 0 ? "" : Integer.toString(key.port()));
  }

  /** The services that Istio notes in a cluster's metadata. */
  private static List<String> hosts(Cluster cluster) {
    Struct istio =
        cluster.getMetadata().getFilterMetadataOrDefault("istio", Struct.getDefaultInstance());
    List<String> hosts = new ArrayList<>();
    Value none = Value.getDefaultInstance();
    for (Value service :
        istio.getFieldsOrDefault("services", none).getListValue().getValuesList()) {
      String host = service.getStructValue().getFieldsOrDefault("host", none).getStringValue();
      if (!host.isEmpty()) {
        hosts.add(host);
      }
    }
    return hosts;
  }
}
