package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.TransportSocketMatch;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolConfig;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.weir.controlplane.config.DestinationRule.ProxyProtocol;
import io.weir.controlplane.config.DestinationRule.ProxyProtocolVersion;
import org.jspecify.annotations.Nullable;

/** A PROXY header in front of every upstream connection, whatever transport it has. */
final class UpstreamProxyProtocol {

  private static final String NAME = "envoy.transport_sockets.upstream_proxy_protocol";

  private UpstreamProxyProtocol() {}

  static void apply(Cluster.Builder cluster, @Nullable ProxyProtocol settings) {
    if (settings == null) {
      return;
    }
    ProxyProtocolVersion version = settings.version();
    if (cluster.getTransportSocketMatchesCount() == 0) {
      TransportSocket inner =
          cluster.hasTransportSocket() ? cluster.getTransportSocket() : UpstreamTls.raw();
      cluster.setTransportSocket(around(inner, version));
      return;
    }
    for (TransportSocketMatch.Builder match : cluster.getTransportSocketMatchesBuilderList()) {
      match.setTransportSocket(around(match.getTransportSocket(), version));
    }
  }

  private static TransportSocket around(TransportSocket inner, ProxyProtocolVersion version) {
    ProxyProtocolConfig config =
        ProxyProtocolConfig.newBuilder()
            .setVersion(
                switch (version) {
                  case V1 -> ProxyProtocolConfig.Version.V1;
                  case V2 -> ProxyProtocolConfig.Version.V2;
                })
            .build();
    return TransportSocket.newBuilder()
        .setName(NAME)
        .setTypedConfig(
            Messages.any(
                ProxyProtocolUpstreamTransport.newBuilder()
                    .setConfig(config)
                    .setTransportSocket(inner)
                    .build()))
        .build();
  }
}
