package io.weir.controlplane.patch;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import java.util.Objects;

/**
 * Merges into filter chains and clusters, whose transport sockets are merged inside of their typed
 * configuration when the names are equal. Istio drops the rest of such a patch; we merge it, too.
 */
final class TransportSocketMerge {

  private static final String REST_DROPPED =
      "Istio merges only the transport_socket and drops the other fields (B5)";

  private TransportSocketMerge() {}

  static FilterChain chain(OrderedPatch patch, FilterChain chain, String place, boolean asIstio) {
    PatchValue value = Objects.requireNonNull(patch.patch().value());
    if (value.jsonMerge() && !asIstio) {
      return ObjectMerge.json(patch, chain, place);
    }
    FilterChain user = (FilterChain) value.message();
    boolean deep =
        user.hasTransportSocket()
            && chain.hasTransportSocket()
            && user.getTransportSocket().getName().equals(chain.getTransportSocket().getName());
    if (!deep) {
      return ObjectMerge.plain(patch, chain, place);
    }
    FilterChain rest = user.toBuilder().clearTransportSocket().build();
    boolean hasRest = !rest.equals(FilterChain.getDefaultInstance());
    try {
      TransportSocket merged = merged(patch, chain.getTransportSocket(), user.getTransportSocket());
      FilterChain result = chain.toBuilder().setTransportSocket(merged).build();
      patch.trace().applied(place + ": merged into its transport_socket");
      if (!hasRest || asIstio) {
        return result;
      }
      patch.trace().note(PatchCodes.DIFFERS_FROM_ISTIO, REST_DROPPED);
      return ProtoMerge.of(patch.operation()).merge(result, rest);
    } catch (AnyMerge.Refused e) {
      return refused(patch, e, chain, place, asIstio);
    }
  }

  static Cluster cluster(OrderedPatch patch, Cluster cluster, boolean asIstio) {
    String place = "cluster " + cluster.getName();
    PatchValue value = Objects.requireNonNull(patch.patch().value());
    if (value.jsonMerge() && !asIstio) {
      return ObjectMerge.json(patch, cluster, place);
    }
    Cluster user = (Cluster) value.message();
    if (!user.hasTransportSocket()) {
      return ObjectMerge.plain(patch, cluster, place);
    }
    Cluster rest = user.toBuilder().clearTransportSocket().build();
    boolean hasRest = !rest.equals(Cluster.getDefaultInstance());
    try {
      Cluster result = socket(patch, cluster, user.getTransportSocket(), place);
      if (!hasRest || asIstio) {
        return result;
      }
      patch.trace().note(PatchCodes.DIFFERS_FROM_ISTIO, REST_DROPPED);
      if (result == cluster) {
        patch.trace().applied(place);
      }
      return ProtoMerge.of(patch.operation()).merge(result, rest);
    } catch (AnyMerge.Refused e) {
      return refused(patch, e, cluster, place, asIstio);
    }
  }

  private static Cluster socket(
      OrderedPatch patch, Cluster cluster, TransportSocket user, String place)
      throws AnyMerge.Refused {
    for (int i = 0; i < cluster.getTransportSocketMatchesCount(); i++) {
      Cluster.TransportSocketMatch match = cluster.getTransportSocketMatches(i);
      if (match.hasTransportSocket()
          && match.getTransportSocket().getName().equals(user.getName())) {
        TransportSocket merged = merged(patch, match.getTransportSocket(), user);
        patch.trace().applied(place + ": merged into transport_socket_matches[" + i + "]");
        return cluster.toBuilder()
            .setTransportSocketMatches(i, match.toBuilder().setTransportSocket(merged))
            .build();
      }
    }
    if (cluster.getTransportSocketMatchesCount() > 0) {
      patch
          .trace()
          .failsBecause(
              Trace.Condition.VALUE,
              "the cluster has transport_socket_matches, and none is named " + user.getName());
      return cluster;
    }
    boolean deep =
        cluster.hasTransportSocket()
            && cluster.getTransportSocket().getName().equals(user.getName());
    TransportSocket socket = deep ? merged(patch, cluster.getTransportSocket(), user) : user;
    patch
        .trace()
        .applied(place + (deep ? ": merged into its" : ": replaced its") + " transport_socket");
    return cluster.toBuilder().setTransportSocket(socket).build();
  }

  private static TransportSocket merged(
      OrderedPatch patch, TransportSocket present, TransportSocket user) throws AnyMerge.Refused {
    if (!present.hasTypedConfig() || !user.hasTypedConfig()) {
      return present;
    }
    return present.toBuilder()
        .setTypedConfig(
            new AnyMerge(ProtoMerge.of(patch.operation()))
                .merge(present.getTypedConfig(), user.getTypedConfig()))
        .build();
  }

  private static <T> T refused(
      OrderedPatch patch, AnyMerge.Refused e, T target, String place, boolean asIstio) {
    patch.trace().failsBecause(Trace.Condition.VALUE, e.reason());
    patch
        .trace()
        .note(PatchCodes.TYPE_MISMATCH, place + ": " + e.reason() + "; the patch is left out (B1)");
    if (asIstio) {
      throw new Poisoned();
    }
    return target;
  }
}
