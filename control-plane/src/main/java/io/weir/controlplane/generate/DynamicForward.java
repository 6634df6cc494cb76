package io.weir.controlplane.generate;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CustomClusterType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DnsLookupFamily;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig;
import io.envoyproxy.envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.weir.controlplane.config.ServiceEntry.Resolution;
import io.weir.controlplane.registry.Hostname;
import io.weir.controlplane.registry.Protocol;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.ServicePort;

/**
 * Services with a wildcard host whose names are resolved when they are asked for (resolution
 * DYNAMIC_DNS): by a request's host, or by the server name of TLS that goes through.
 */
final class DynamicForward {
  private static final String CLUSTER = "envoy.clusters.dynamic_forward_proxy";
  private static final String HTTP = "envoy.filters.http.dynamic_forward_proxy";
  private static final String TLS = "envoy.extensions.filters.network.sni_dynamic_forward_proxy";

  private DynamicForward() {}

  static boolean isDynamic(Service service) {
    return service.resolution() == Resolution.DYNAMIC_DNS;
  }

  /** Whether a name can be seen in what is sent to a port. */
  static boolean serves(Service service, ServicePort port) {
    return isDynamic(service)
        && Hostname.isWildcard(service.hostname())
        && (port.protocol().isHttp() || port.protocol() == Protocol.TLS);
  }

  static void discovery(Cluster.Builder cluster, Service service) {
    cluster
        .setClusterType(
            CustomClusterType.newBuilder()
                .setName(CLUSTER)
                .setTypedConfig(
                    Messages.any(
                        ClusterConfig.newBuilder()
                            .setDnsCacheConfig(cache(service.hostname()))
                            .build())))
        .setLbPolicy(LbPolicy.CLUSTER_PROVIDED);
  }

  /** Names are not checked against certificates: both proxies refuse that unless it is said. */
  static void allowUnchecked(Cluster.Builder cluster, Service service) {
    cluster
        .getClusterTypeBuilder()
        .setTypedConfig(
            Messages.any(
                ClusterConfig.newBuilder()
                    .setDnsCacheConfig(cache(service.hostname()))
                    .setAllowInsecureClusterOptions(true)
                    .build()));
  }

  static HttpFilter httpFilter(String host) {
    Any config = Messages.any(FilterConfig.newBuilder().setDnsCacheConfig(cache(host)).build());
    return HttpFilter.newBuilder().setName(HTTP).setTypedConfig(config).build();
  }

  static Filter networkFilter(TcpTarget.ByServerName names) {
    return HttpManagerGenerator.filter(
        TLS,
        io.envoyproxy.envoy.extensions.filters.network.sni_dynamic_forward_proxy.v3.FilterConfig
            .newBuilder()
            .setDnsCacheConfig(cache(names.host()))
            .setPortValue(names.port())
            .build());
  }

  /** One cache of names is shared by a cluster and the filters in front of it. */
  private static DnsCacheConfig cache(String host) {
    return DnsCacheConfig.newBuilder()
        .setName(host + "_dfp_dns_cache")
        .setDnsLookupFamily(DnsLookupFamily.V4_ONLY)
        .build();
  }
}
