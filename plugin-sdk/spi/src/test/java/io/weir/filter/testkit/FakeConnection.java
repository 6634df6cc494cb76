package io.weir.filter.testkit;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.DynamicMetadata;
import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.TlsInfo;
import io.weir.filter.TrafficDirection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Facts about a connection that tests set as they like. */
public final class FakeConnection implements ConnectionInfo {
  public long id = 7;
  public SocketAddress remote = new InetSocketAddress("127.0.0.1", 40000);
  public SocketAddress local = new InetSocketAddress("127.0.0.1", 8080);
  public @Nullable String sni;
  public @Nullable TlsInfo tls;
  public TrafficDirection direction = TrafficDirection.UNSPECIFIED;
  public Metadata listenerMetadata = Metadata.EMPTY;
  public String filterChainName = "";
  public @Nullable String terminationDetails;
  private final DynamicMetadata metadata = new DynamicMetadata();
  private final FilterState state = new FilterState(null);

  @Override
  public long id() {
    return id;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remote;
  }

  @Override
  public SocketAddress directRemoteAddress() {
    return remote;
  }

  @Override
  public SocketAddress localAddress() {
    return local;
  }

  @Override
  public SocketAddress directLocalAddress() {
    return local;
  }

  @Override
  public @Nullable String requestedServerName() {
    return sni;
  }

  @Override
  public @Nullable TlsInfo tls() {
    return tls;
  }

  @Override
  public DynamicMetadata dynamicMetadata() {
    return metadata;
  }

  @Override
  public FilterState filterState() {
    return state;
  }

  @Override
  public String filterChainName() {
    return filterChainName;
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
}
