package io.weir.proxy.listener;

import io.weir.proxy.network.DownstreamConnectionInfo;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Where a connection comes from: {@code FilterChainMatch.source_type}. */
enum SourceType {
  ANY,
  SAME_IP_OR_LOOPBACK,
  EXTERNAL;

  /** LOCAL or EXTERNAL of a connection; a Unix socket's peer is local. */
  static SourceType of(DownstreamConnectionInfo info) {
    SocketAddress remote = info.remoteAddress();
    if (!(remote instanceof InetSocketAddress peer)) {
      return SAME_IP_OR_LOOPBACK;
    }
    if (peer.getAddress() != null && peer.getAddress().isLoopbackAddress()) {
      return SAME_IP_OR_LOOPBACK;
    }
    boolean same =
        info.localAddress() instanceof InetSocketAddress local
            && peer.getAddress() != null
            && peer.getAddress().equals(local.getAddress());
    return same ? SAME_IP_OR_LOOPBACK : EXTERNAL;
  }
}
