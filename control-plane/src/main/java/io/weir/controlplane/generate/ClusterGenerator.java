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
import io.envoyproxy.envoy.type.v3.Percent;
import io.weir.controlplane.config.ServiceEntry.Resolution;
import io.weir.controlplane.registry.Service;
import java.time.Duration;

/** Outbound clusters: one for each port of a service and of its subsets. */
final class ClusterGenerator {

  private static final Duration DNS_REFRESH = Duration.ofSeconds(60);

  private ClusterGenerator() {}

  static Cluster build(ClusterInput input) {
    String name =
        ClusterName.outbound(input.service().hostname(), input.port().number(), input.subset());
    Cluster.Builder cluster =
        Cluster.newBuilder()
            .setName(name)
            .setConnectTimeout(Messages.duration(input.connectTimeout()))
            .setCommonLbConfig(
                CommonLbConfig.newBuilder().setHealthyPanicThreshold(Percent.getDefaultInstance()))
            .setMetadata(Messages.istio(metadata(input)));
    discovery(cluster, input, name);
    UpstreamHttp http = new UpstreamHttp();
    http.protocol(input.port().protocol());
    TrafficPolicies.apply(cluster, http, input.policy());
    if (input.latencyAware()) {
      LoadBalancers.byLatency(cluster);
    }
    UpstreamTls.apply(cluster, http, input);
    UpstreamProxyProtocol.apply(cluster, input.policy().proxyProtocol());
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
              .setDnsRefreshRate(Messages.duration(DNS_REFRESH))
              .setRespectDnsTtl(true);
      default -> cluster.setLbPolicy(LbPolicy.CLUSTER_PROVIDED);
    }
  }

  static DiscoveryType type(ClusterInput input) {
    if (TrafficPolicies.passesThrough(input.policy())) {
      return DiscoveryType.ORIGINAL_DST;
    }
    return switch (input.service().resolution()) {
      case NONE -> DiscoveryType.ORIGINAL_DST;
      case STATIC -> DiscoveryType.EDS;
      case DNS, DYNAMIC_DNS -> DiscoveryType.STRICT_DNS;
      case DNS_ROUND_ROBIN -> DiscoveryType.LOGICAL_DNS;
    };
  }

  /** Whether the endpoints of a service travel inside of its clusters. */
  static boolean carriesEndpoints(Service service) {
    return service.resolution() != Resolution.STATIC && service.resolution() != Resolution.NONE;
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
