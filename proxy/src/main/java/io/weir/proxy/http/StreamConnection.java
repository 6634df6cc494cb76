package io.weir.proxy.http;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.DynamicMetadata;
import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.TlsInfo;
import io.weir.filter.TrafficDirection;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection as a stream sees it whose client is not the connection's peer. Immutable. */
final class StreamConnection implements ConnectionInfo {
  private final ConnectionInfo connection;
  private final SocketAddress remoteAddress;

  /**
   * @param remoteAddress the client that {@code x-forwarded-for} names
   */
  StreamConnection(ConnectionInfo connection, SocketAddress remoteAddress) {
    this.connection = connection;
    this.remoteAddress = remoteAddress;
  }

  @Override
  public long id() {
    return connection.id();
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public SocketAddress directRemoteAddress() {
    return connection.directRemoteAddress();
  }

  @Override
  public SocketAddress localAddress() {
    return connection.localAddress();
  }

  @Override
  public SocketAddress directLocalAddress() {
    return connection.directLocalAddress();
  }

  @Override
  public @Nullable String requestedServerName() {
    return connection.requestedServerName();
  }

  @Override
  public @Nullable TlsInfo tls() {
    return connection.tls();
  }

  @Override
  public boolean secure() {
    return connection.secure();
  }

  @Override
  public String localCloseReason() {
    return connection.localCloseReason();
  }

  @Override
  public String transportFailureReason() {
    return connection.transportFailureReason();
  }

  @Override
  public DynamicMetadata dynamicMetadata() {
    return connection.dynamicMetadata();
  }

  @Override
  public FilterState filterState() {
    return connection.filterState();
  }

  @Override
  public String listenerName() {
    return connection.listenerName();
  }

  @Override
  public String filterChainName() {
    return connection.filterChainName();
  }

  @Override
  public Metadata filterChainMetadata() {
    return connection.filterChainMetadata();
  }

  @Override
  public TrafficDirection direction() {
    return connection.direction();
  }

  @Override
  public Metadata listenerMetadata() {
    return connection.listenerMetadata();
  }

  @Override
  public @Nullable String terminationDetails() {
    return connection.terminationDetails();
  }
}
