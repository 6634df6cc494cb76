package io.weir.controlplane.generate;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CommonLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DnsLookupFamily;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.EdsClusterConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.OriginalDstLbConfig;
import io.envoyproxy.envoy.type.v3.Percent;
import io.weir.controlplane.config.ServiceEntry.Resolution;
import io.weir.controlplane.registry.Service;

/** Outbound clusters: one for each port of a service and of its subsets. */
final class ClusterGenerator {

  private ClusterGenerator() {}

  static Cluster build(ClusterInput input) {
    String name = input.name();
    Cluster.Builder cluster =
        Cluster.newBuilder()
            .setName(name)
            .setConnectTimeout(Messages.duration(input.mesh().connectTimeout()))
            .setMetadata(Messages.istio(metadata(input)));
    boolean dynamic = DynamicForward.isDynamic(input.service());
    if (dynamic) {
      DynamicForward.discovery(cluster, input.service());
    } else {
      cluster.setCommonLbConfig(
          CommonLbConfig.newBuilder().setHealthyPanicThreshold(Percent.getDefaultInstance()));
      discovery(cluster, input, name);
    }
    UpstreamHttp http = new UpstreamHttp();
    http.protocol(input.port().protocol(), input.sidecar());
    TrafficPolicies.keepalive(cluster, input.mesh().keepalive());
    TrafficPolicies.apply(cluster, http, input.policy());
    TrafficPolicies.upgrade(
        http,
        input.policy().connectionPool(),
        input.port().protocol().isHttp(),
        input.mesh().upgradesHttp());
    if (dynamic) {
      cluster.clearLbConfig().setLbPolicy(LbPolicy.CLUSTER_PROVIDED);
    }
    if (input.latencyAware()) {
      LoadBalancers.byLatency(cluster);
    }
    if (!input.byName()) {
      UpstreamTls.apply(cluster, http, input);
      UpstreamProxyProtocol.apply(cluster, input.policy().proxyProtocol());
    }
    http.apply(cluster);
    return cluster.build();
  }

  private static void discovery(Cluster.Builder cluster, ClusterInput input, String name) {
    DiscoveryType type = type(input);
    cluster.setType(type);
    switch (type) {
      case EDS ->
          cluster.setEdsClusterConfig(
              EdsClusterConfig.newBuilder().setEdsConfig(Messages.ADS).setServiceName(name));
      case STRICT_DNS, LOGICAL_DNS ->
          cluster
              .setLoadAssignment(
                  EndpointGenerator.build(
                      new EndpointInput(name, input.endpoints(), input.policy(), input.locality())))
              .setDnsLookupFamily(DnsLookupFamily.V4_ONLY)
              .setDnsRefreshRate(Messages.duration(input.mesh().dnsRefreshRate()))
              .setRespectDnsTtl(true);
      default -> {
        cluster.setLbPolicy(LbPolicy.CLUSTER_PROVIDED);
        if (input.service().resolution() == Resolution.NONE
            && input.port().targetPort() != input.port().number()) {
          cluster.setOriginalDstLbConfig(
              OriginalDstLbConfig.newBuilder()
                  .setUpstreamPortOverride(Messages.uint(input.port().targetPort())));
        }
      }
    }
  }

  static DiscoveryType type(ClusterInput input) {
    if (TrafficPolicies.passesThrough(input.policy())) {
      return DiscoveryType.ORIGINAL_DST;
    }
    return switch (input.service().resolution()) {
      case NONE -> input.sidecar() ? DiscoveryType.ORIGINAL_DST : DiscoveryType.EDS;
      case STATIC -> DiscoveryType.EDS;
      case DNS -> DiscoveryType.STRICT_DNS;
      case DYNAMIC_DNS -> DiscoveryType.STATIC;
      case DNS_ROUND_ROBIN -> DiscoveryType.LOGICAL_DNS;
    };
  }

  /** Whether there is no such cluster: names that nobody has cannot be resolved. */
  static boolean isEmpty(ClusterInput input) {
    if (DynamicForward.isDynamic(input.service())) {
      return !DynamicForward.serves(input.service(), input.port());
    }
    DiscoveryType type = type(input);
    return (type == DiscoveryType.STRICT_DNS || type == DiscoveryType.LOGICAL_DNS)
        && input.endpoints().isEmpty();
  }

  private static Struct metadata(ClusterInput input) {
    Struct.Builder fields = Struct.newBuilder();
    if (!input.configPath().isEmpty()) {
      fields.putFields("config", Messages.text(input.configPath()));
    }
    if (!input.subset().isEmpty()) {
      fields.putFields("subset", Messages.text(input.subset()));
    }
    if (input.service().external()) {
      fields.putFields("external", Value.newBuilder().setBoolValue(true).build());
    }
    return fields.putFields("services", services(input.service())).build();
  }

  static Value services(Service service) {
    Struct entry =
        Struct.newBuilder()
            .putFields("host", Messages.text(service.hostname()))
            .putFields("name", Messages.text(service.hostname()))
            .putFields("namespace", Messages.text(service.namespace()))
            .build();
    return Value.newBuilder()
        .setListValue(ListValue.newBuilder().addValues(Value.newBuilder().setStructValue(entry)))
        .build();
  }
}
