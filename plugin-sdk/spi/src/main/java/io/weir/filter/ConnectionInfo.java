package io.weir.filter;

import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Facts about one downstream connection. Owned by its worker. */
public interface ConnectionInfo {
  /** Unique in this process. */
  long id();

  /** The peer after PROXY protocol and {@code x-forwarded-for}. */
  SocketAddress remoteAddress();

  /** The peer of the socket. */
  SocketAddress directRemoteAddress();

  /** The address connected to, before redirection when that is known. */
  SocketAddress localAddress();

  /** The address of the socket. */
  SocketAddress directLocalAddress();

  /** SNI, as a listener filter or the handshake found it; null when unknown. */
  @Nullable String requestedServerName();

  /** Null on plain connections, and until the handshake is done. */
  @Nullable TlsInfo tls();

  /** Whether the connection is one over TLS, also before its handshake is done. */
  default boolean secure() {
    return tls() != null;
  }

  /** What a listener filter found the bytes to be, {@code tls} say. */
  default String detectedTransportProtocol() {
    return secure() ? "tls" : "raw_buffer";
  }

  /** What the peer offers to speak, as a listener filter found it. */
  default List<String> requestedApplicationProtocols() {
    TlsInfo tls = tls();
    return tls == null || tls.alpn().isEmpty() ? List.of() : List.of(tls.alpn());
  }

  /** What ALPN agreed on, empty for nothing; known when the first bytes come. */
  default String applicationProtocol() {
    TlsInfo tls = tls();
    return tls == null ? "" : tls.alpn();
  }

  DynamicMetadata dynamicMetadata();

  FilterState filterState();

  /** The name of the listener, empty when it is not known. */
  default String listenerName() {
    return "";
  }

  /** The name of the filter chain, empty when it has none. */
  String filterChainName();

  TrafficDirection direction();

  Metadata listenerMetadata();

  default Metadata filterChainMetadata() {
    return Metadata.EMPTY;
  }

  /** Why a filter ended the connection, or null. */
  @Nullable String terminationDetails();

  /** Why this side closed the connection, empty when it did not say. */
  default String localCloseReason() {
    return "";
  }

  /** Why the transport socket failed, empty when it did not. */
  default String transportFailureReason() {
    return "";
  }
}
