package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.mongo_proxy.v3.MongoProxy;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.type.v3.HashPolicy;
import io.weir.controlplane.config.DestinationRule.Tunnel;
import java.time.Duration;
import java.util.List;

/** The last filter of chains that forward connections. */
final class TcpFilters {

  static final String TCP_PROXY = "envoy.filters.network.tcp_proxy";
  private static final String MONGO_PROXY = "envoy.filters.network.mongo_proxy";

  private TcpFilters() {}

  /** With what looks at the protocol on the way, where the client has such a filter. */
  static List<Filter> of(TcpTarget target, ListenerSettings settings, List<AccessLog> accessLogs) {
    Filter proxy = proxy(target, accessLogs);
    if (!target.mongo() || !settings.countsMongo()) {
      return List.of(proxy);
    }
    String statPrefix =
        target.shares().size() == 1 ? target.shares().getFirst().cluster() : target.statPrefix();
    MongoProxy mongo = MongoProxy.newBuilder().setStatPrefix(statPrefix).build();
    return List.of(HttpManagerGenerator.filter(MONGO_PROXY, mongo), proxy);
  }

  static Filter proxy(TcpTarget target, List<AccessLog> accessLogs) {
    TcpProxy.Builder proxy = TcpProxy.newBuilder().addAllAccessLog(accessLogs);
    if (target.shares().size() == 1) {
      String cluster = target.shares().getFirst().cluster();
      proxy.setStatPrefix(cluster).setCluster(cluster);
    } else {
      TcpProxy.WeightedCluster.Builder weighted = TcpProxy.WeightedCluster.newBuilder();
      for (TcpTarget.Share share : target.shares()) {
        if (share.weight() > 0) {
          weighted.addClusters(
              TcpProxy.WeightedCluster.ClusterWeight.newBuilder()
                  .setName(share.cluster())
                  .setWeight(share.weight()));
        }
      }
      proxy.setStatPrefix(target.statPrefix()).setWeightedClusters(weighted);
    }
    Duration idle = target.idleTimeout();
    if (idle != null) {
      proxy.setIdleTimeout(Messages.duration(idle));
    }
    Duration maxDuration = target.maxDuration();
    if (maxDuration != null) {
      proxy.setMaxDownstreamConnectionDuration(Messages.duration(maxDuration));
    }
    if (target.hashSource()) {
      proxy.addHashPolicy(
          HashPolicy.newBuilder().setSourceIp(HashPolicy.SourceIp.getDefaultInstance()));
    }
    Tunnel tunnel = target.tunnel();
    if (tunnel != null) {
      String host =
          tunnel.targetHost().contains(":") ? "[" + tunnel.targetHost() + "]" : tunnel.targetHost();
      proxy.setTunnelingConfig(
          TcpProxy.TunnelingConfig.newBuilder()
              .setHostname(host + ":" + tunnel.targetPort())
              .setUsePost(tunnel.protocol().equals("POST")));
    }
    return HttpManagerGenerator.filter(TCP_PROXY, proxy.build());
  }
}
