package io.weir.proxy.upstream;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.DynamicMetadata;
import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.Protocol;
import io.weir.filter.ResponseFlag;
import io.weir.filter.StreamInfo;
import io.weir.filter.TlsInfo;
import io.weir.filter.TrafficDirection;
import io.weir.filter.Worker;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.pool.ConnectionFacts;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a request that the proxy makes for itself: there is no downstream, so every
 * address is the host's.
 */
final class ProbeInfo implements StreamInfo, ConnectionInfo {
  private final Host host;
  private final long wallNanos;
  private final long nanos;
  private final DynamicMetadata metadata = new DynamicMetadata();
  private final FilterState state = new FilterState(null);

  ProbeInfo(Worker worker, Host host) {
    this.host = host;
    this.wallNanos = worker.wallNanos();
    this.nanos = worker.nanoTime();
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP_11;
  }

  @Override
  public long startWallNanos() {
    return wallNanos;
  }

  @Override
  public long startNanos() {
    return nanos;
  }

  @Override
  public long timeOf(TimePoint point) {
    return -1;
  }

  @Override
  public void markTime(TimePoint point, long time) {}

  @Override
  public long endNanos() {
    return -1;
  }

  @Override
  public int responseCode() {
    return 0;
  }

  @Override
  public @Nullable String responseCodeDetails() {
    return null;
  }

  @Override
  public void setResponseCodeDetails(String details) {}

  @Override
  public void setResponseFlag(ResponseFlag flag) {}

  @Override
  public boolean hasResponseFlag(ResponseFlag flag) {
    return false;
  }

  @Override
  public long responseFlags() {
    return 0;
  }

  @Override
  public long bytesReceived() {
    return 0;
  }

  @Override
  public long bytesSent() {
    return 0;
  }

  @Override
  public String routeName() {
    return "";
  }

  @Override
  public String virtualClusterName() {
    return "";
  }

  @Override
  public void setVirtualClusterName(String name) {}

  @Override
  public @Nullable String upstreamCluster() {
    return null;
  }

  @Override
  public void setUpstreamCluster(@Nullable String name, Metadata clusterMetadata) {}

  @Override
  public Metadata upstreamClusterMetadata() {
    return Metadata.EMPTY;
  }

  @Override
  public Metadata routeMetadata() {
    return Metadata.EMPTY;
  }

  @Override
  public int attemptCount() {
    return 1;
  }

  @Override
  public void setAttemptCount(int count) {}

  @Override
  public ConnectionInfo connection() {
    return this;
  }

  @Override
  public UpstreamInfo upstream() {
    return ConnectionFacts.failed(host, "");
  }

  @Override
  public void setUpstream(@Nullable UpstreamInfo upstream) {}

  @Override
  public DynamicMetadata dynamicMetadata() {
    return metadata;
  }

  @Override
  public FilterState filterState() {
    return state;
  }

  @Override
  public @Nullable String requestId() {
    return null;
  }

  @Override
  public boolean drainConnection() {
    return false;
  }

  @Override
  public void setDrainConnection() {}

  // ---- the connection

  @Override
  public long id() {
    return 0;
  }

  @Override
  public SocketAddress remoteAddress() {
    return host.address();
  }

  @Override
  public SocketAddress directRemoteAddress() {
    return host.address();
  }

  @Override
  public SocketAddress localAddress() {
    return host.address();
  }

  @Override
  public SocketAddress directLocalAddress() {
    return host.address();
  }

  @Override
  public @Nullable String requestedServerName() {
    return null;
  }

  @Override
  public @Nullable TlsInfo tls() {
    return null;
  }

  @Override
  public String filterChainName() {
    return "";
  }

  @Override
  public TrafficDirection direction() {
    return TrafficDirection.UNSPECIFIED;
  }

  @Override
  public Metadata listenerMetadata() {
    return Metadata.EMPTY;
  }

  @Override
  public @Nullable String terminationDetails() {
    return null;
  }
}
