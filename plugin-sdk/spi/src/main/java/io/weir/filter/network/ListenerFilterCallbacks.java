package io.weir.filter.network;

import io.weir.filter.DynamicMetadata;
import io.weir.filter.FilterState;
import io.weir.filter.Worker;
import java.net.SocketAddress;
import java.util.List;

/** What a listener filter may find out and set on an accepted socket. */
public interface ListenerFilterCallbacks {
  Worker worker();

  SocketAddress remoteAddress();

  void setRemoteAddress(SocketAddress address);

  SocketAddress localAddress();

  /** Restores the address that the peer wanted to reach. */
  void restoreLocalAddress(SocketAddress address);

  /** {@code SO_ORIGINAL_DST} of the socket, or its local address. */
  SocketAddress originalDestination();

  /** What an earlier filter found, {@code raw_buffer} when none did. */
  default String detectedTransportProtocol() {
    return "raw_buffer";
  }

  /** {@code raw_buffer} or {@code tls}. */
  void setDetectedTransportProtocol(String protocol);

  void setRequestedApplicationProtocols(List<String> protocols);

  void setRequestedServerName(String name);

  DynamicMetadata dynamicMetadata();

  FilterState filterState();

  /** Drops the socket. */
  void close(String details);
}
