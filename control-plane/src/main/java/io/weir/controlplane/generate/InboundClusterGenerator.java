package io.weir.controlplane.generate;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CommonLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.time.Duration;

/** Clusters towards the workload, and those that every sidecar has. */
final class InboundClusterGenerator {

  /** Source address by which the redirection knows the proxy's own connections. */
  private static final String PROXY_SOURCE = "127.0.0.6";

  /** Practically never: hosts of an inbound cluster are the workload itself. */
  private static final Duration NO_CLEANUP = Duration.ofSeconds(9223372035L);

  private static final Duration PASSTHROUGH_IDLE = Duration.ofSeconds(300);

  private InboundClusterGenerator() {}

  static Cluster build(InboundClusterInput input) {
    String name = ClusterName.inbound(input.port());
    Cluster.Builder cluster =
        Cluster.newBuilder()
            .setName(name)
            .setConnectTimeout(Messages.duration(input.connectTimeout()))
            .setCommonLbConfig(CommonLbConfig.getDefaultInstance());
    if (input.address().isEmpty()) {
      cluster
          .setType(DiscoveryType.ORIGINAL_DST)
          .setLbPolicy(LbPolicy.CLUSTER_PROVIDED)
          .setCleanupInterval(Messages.duration(NO_CLEANUP));
    } else {
      cluster.setType(DiscoveryType.STATIC).setLoadAssignment(workload(name, input));
    }
    if (!input.address().equals("127.0.0.1") && !input.address().equals("::1")) {
      // Otherwise the redirection would hand the connection back to the proxy.
      cluster.setUpstreamBindConfig(bind());
    }
    if (input.service() != null) {
      cluster.setMetadata(
          Messages.istio(
              Struct.newBuilder()
                  .putFields("services", ClusterGenerator.services(input.service()))
                  .build()));
    }
    UpstreamHttp http = new UpstreamHttp();
    http.protocol(input.protocol(), true);
    TrafficPolicies.keepalive(cluster, input.keepalive());
    TrafficPolicies.connectionPool(cluster, http, input.connectionPool(), null);
    if (input.connectionPool() != null
        && input.connectionPool().http() != null
        && input.connectionPool().http().useClientProtocol()) {
      http.useClientProtocol();
    }
    http.apply(cluster);
    return cluster.build();
  }

  private static ClusterLoadAssignment workload(String name, InboundClusterInput input) {
    return ClusterLoadAssignment.newBuilder()
        .setClusterName(name)
        .addEndpoints(
            LocalityLbEndpoints.newBuilder()
                .addLbEndpoints(
                    LbEndpoint.newBuilder()
                        .setEndpoint(
                            Endpoint.newBuilder()
                                .setAddress(
                                    Messages.address(input.address(), input.addressPort())))))
        .build();
  }

  private static BindConfig bind() {
    return BindConfig.newBuilder()
        .setSourceAddress(Messages.socketAddress(PROXY_SOURCE, 0))
        .build();
  }

  /** Where traffic ends that goes nowhere: a cluster without endpoints. */
  static Cluster blackHole(Duration connectTimeout) {
    return Cluster.newBuilder()
        .setName(ClusterName.BLACK_HOLE)
        .setType(DiscoveryType.STATIC)
        .setConnectTimeout(Messages.duration(connectTimeout))
        .build();
  }

  /** Traffic to unknown hosts, on to where it was sent. */
  static Cluster passthrough(Duration connectTimeout) {
    return originalDestination(ClusterName.PASSTHROUGH, connectTimeout).build();
  }

  /** Traffic to unknown ports of the workload. */
  static Cluster inboundPassthrough(Duration connectTimeout) {
    return originalDestination(ClusterName.INBOUND_PASSTHROUGH, connectTimeout)
        .setUpstreamBindConfig(bind())
        .build();
  }

  private static Cluster.Builder originalDestination(String name, Duration connectTimeout) {
    Cluster.Builder cluster =
        Cluster.newBuilder()
            .setName(name)
            .setType(DiscoveryType.ORIGINAL_DST)
            .setLbPolicy(LbPolicy.CLUSTER_PROVIDED)
            .setConnectTimeout(Messages.duration(connectTimeout));
    UpstreamHttp http = new UpstreamHttp();
    http.useClientProtocol();
    http.idleTimeout(PASSTHROUGH_IDLE);
    TrafficPolicies.connectionPool(cluster, http, null, null);
    http.apply(cluster);
    return cluster;
  }
}
