package io.weir.proxy.network;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.DynamicMetadata;
import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.TlsInfo;
import io.weir.filter.TrafficDirection;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Facts about an accepted connection, filled in by listener filters, the transport socket and the
 * filter chain match. Owned by the connection's worker.
 */
public final class DownstreamConnectionInfo implements ConnectionInfo {
  private final long id;
  private final SocketAddress directRemoteAddress;
  private final SocketAddress directLocalAddress;
  private final DynamicMetadata dynamicMetadata = new DynamicMetadata();
  private final FilterState filterState = new FilterState(null);
  private final TrafficDirection direction;
  private final Metadata listenerMetadata;
  private SocketAddress remoteAddress;
  private SocketAddress localAddress;
  private boolean localAddressRestored;
  private @Nullable String serverName;
  // Plain unless a listener filter finds otherwise, as Envoy assumes.
  private String detectedTransport = "raw_buffer";
  private List<String> applicationProtocols = List.of();
  private @Nullable TlsInfo tls;
  private boolean secure;
  private String listenerName = "";
  private String filterChainName = "";
  private Metadata filterChainMetadata = Metadata.EMPTY;
  private @Nullable String terminationDetails;
  private String transportFailureReason = "";
  private String localCloseReason = "";

  public DownstreamConnectionInfo(
      long id,
      SocketAddress remote,
      SocketAddress local,
      TrafficDirection direction,
      Metadata listenerMetadata) {
    this.id = id;
    this.directRemoteAddress = remote;
    this.directLocalAddress = local;
    this.remoteAddress = remote;
    this.localAddress = local;
    this.direction = direction;
    this.listenerMetadata = listenerMetadata;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  public void setRemoteAddress(SocketAddress address) {
    remoteAddress = address;
  }

  @Override
  public SocketAddress directRemoteAddress() {
    return directRemoteAddress;
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  /** The address that the peer wanted to reach, found by a listener filter. */
  public void restoreLocalAddress(SocketAddress address) {
    localAddress = address;
    localAddressRestored = true;
  }

  /** Whether a listener filter changed the local address. */
  public boolean localAddressRestored() {
    return localAddressRestored;
  }

  @Override
  public SocketAddress directLocalAddress() {
    return directLocalAddress;
  }

  @Override
  public @Nullable String requestedServerName() {
    return serverName;
  }

  public void setRequestedServerName(String name) {
    serverName = name;
  }

  /** {@code raw_buffer}, {@code tls}, or empty when no listener filter looked. */
  @Override
  public String detectedTransportProtocol() {
    return detectedTransport;
  }

  @Override
  public List<String> requestedApplicationProtocols() {
    return applicationProtocols.isEmpty() && tls != null && !tls.alpn().isEmpty()
        ? List.of(tls.alpn())
        : applicationProtocols;
  }

  public String detectedTransport() {
    return detectedTransport;
  }

  public void setDetectedTransport(String protocol) {
    detectedTransport = protocol;
  }

  /** What the peer offers by ALPN, or what a listener filter saw; empty when unknown. */
  public List<String> applicationProtocols() {
    return applicationProtocols;
  }

  public void setApplicationProtocols(List<String> protocols) {
    applicationProtocols = List.copyOf(protocols);
  }

  @Override
  public @Nullable TlsInfo tls() {
    return tls;
  }

  /** The handshake is done. */
  public void setTls(TlsInfo info) {
    tls = info;
  }

  @Override
  public boolean secure() {
    return secure;
  }

  /** There will be a handshake. */
  public void setSecure() {
    secure = true;
  }

  @Override
  public DynamicMetadata dynamicMetadata() {
    return dynamicMetadata;
  }

  @Override
  public FilterState filterState() {
    return filterState;
  }

  @Override
  public String filterChainName() {
    return filterChainName;
  }

  @Override
  public Metadata filterChainMetadata() {
    return filterChainMetadata;
  }

  @Override
  public String listenerName() {
    return listenerName;
  }

  public void setListenerName(String name) {
    listenerName = name;
  }

  public void setFilterChain(String name, Metadata metadata) {
    filterChainName = name;
    filterChainMetadata = metadata;
  }

  @Override
  public TrafficDirection direction() {
    return direction;
  }

  @Override
  public Metadata listenerMetadata() {
    return listenerMetadata;
  }

  @Override
  public @Nullable String terminationDetails() {
    return terminationDetails;
  }

  public void setTerminationDetails(String details) {
    terminationDetails = details;
  }

  @Override
  public String localCloseReason() {
    return localCloseReason;
  }

  /** The first reason stands. */
  void setLocalCloseReason(String reason) {
    if (localCloseReason.isEmpty()) {
      localCloseReason = reason;
    }
  }

  @Override
  public String transportFailureReason() {
    return transportFailureReason;
  }

  public void setTransportFailureReason(String reason) {
    transportFailureReason = reason;
  }
}
