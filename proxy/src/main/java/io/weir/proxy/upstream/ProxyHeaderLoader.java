package io.weir.proxy.upstream;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolConfig;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolPassThroughTLVs.PassTLVsMatchType;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.weir.proxy.cluster.ProxyHeader;
import io.weir.proxy.extension.LoadContext;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the transport socket {@code envoy.transport_sockets.upstream_proxy_protocol}, which wraps
 * another one.
 */
final class ProxyHeaderLoader {
  private ProxyHeaderLoader() {}

  /** The wrapping socket's message; null when there is none, or problems were reported. */
  static @Nullable ProxyProtocolUpstreamTransport find(Cluster cluster, LoadContext context) {
    Any config = cluster.getTransportSocket().getTypedConfig();
    return config.is(ProxyProtocolUpstreamTransport.class)
        ? context
            .at("transport_socket.typed_config")
            .unpack(config, ProxyProtocolUpstreamTransport.getDefaultInstance())
        : null;
  }

  /** The cluster with the wrapped transport socket. */
  static Cluster unwrap(Cluster cluster, ProxyProtocolUpstreamTransport wrapper) {
    return cluster.toBuilder().setTransportSocket(wrapper.getTransportSocket()).build();
  }

  static ProxyHeader header(ProxyProtocolUpstreamTransport wrapper) {
    return header(wrapper.getConfig());
  }

  static ProxyHeader header(ProxyProtocolConfig config) {
    List<ProxyHeader.Tlv> tlvs =
        config.getAddedTlvsList().stream()
            .map(tlv -> new ProxyHeader.Tlv(tlv.getType(), tlv.getValue().toByteArray()))
            .toList();
    var passed = config.getPassThroughTlvs();
    return new ProxyHeader(
        config.getVersion() == ProxyProtocolConfig.Version.V2 ? 2 : 1,
        tlvs,
        config.hasPassThroughTlvs()
            ? new ProxyHeader.Passed(
                passed.getMatchType() == PassTLVsMatchType.INCLUDE_ALL,
                Set.copyOf(passed.getTlvTypeList()))
            : ProxyHeader.Passed.NONE);
  }
}
