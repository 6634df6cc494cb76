package io.weir.proxy.pool;

import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo;
import io.weir.filter.Protocol;
import io.weir.filter.StreamInfo;
import io.weir.filter.TlsInfo;
import io.weir.proxy.cluster.Host;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an upstream attempt: host, and connection once there is one. Immutable; the
 * streams of a connection share it.
 *
 * @param connectionId −1 without a connection
 */
public record ConnectionFacts(
    Host host,
    @Nullable SocketAddress localAddress,
    long connectionId,
    @Nullable Protocol protocol,
    @Nullable TlsInfo tls,
    String transportFailureReason)
    implements StreamInfo.UpstreamInfo {

  /** A host without a connection. */
  public static ConnectionFacts failed(Host host, String transportFailureReason) {
    return new ConnectionFacts(host, null, -1, null, null, transportFailureReason);
  }

  /** The same for a connection that carries raw bytes. */
  public ConnectionFacts withoutProtocol() {
    return new ConnectionFacts(host, localAddress, connectionId, null, tls, transportFailureReason);
  }

  @Override
  public SocketAddress hostAddress() {
    return host.address();
  }

  @Override
  public String hostName() {
    return host.hostname();
  }

  @Override
  public Metadata hostMetadata() {
    return host.metadata();
  }

  @Override
  public NodeInfo.Locality locality() {
    return host.locality();
  }
}
