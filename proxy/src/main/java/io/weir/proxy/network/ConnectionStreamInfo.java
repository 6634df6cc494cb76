package io.weir.proxy.network;

import io.weir.filter.DynamicMetadata;
import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.Protocol;
import io.weir.filter.ResponseFlag;
import io.weir.filter.StreamInfo;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A downstream connection seen as a stream. Owned by the connection's worker. */
public final class ConnectionStreamInfo implements StreamInfo {
  private static final int TIME_POINTS = TimePoint.values().length;

  private final DownstreamConnectionInfo connection;
  private final long startWallNanos;
  private final long startNanos;
  private final long[] times = new long[TIME_POINTS];
  private @Nullable Protocol protocol;
  private long endNanos = -1;
  private long flags;
  private long bytesReceived;
  private long bytesSent;
  private @Nullable String details;
  private @Nullable String upstreamCluster;
  private Metadata upstreamClusterMetadata = Metadata.EMPTY;
  private @Nullable UpstreamInfo upstream;
  private String virtualClusterName = "";
  private int attempts;
  private boolean drain;

  public ConnectionStreamInfo(
      DownstreamConnectionInfo connection, long startWallNanos, long startNanos) {
    this.connection = connection;
    this.startWallNanos = startWallNanos;
    this.startNanos = startNanos;
    Arrays.fill(times, -1);
  }

  @Override
  public @Nullable Protocol protocol() {
    return protocol;
  }

  @Override
  public void setProtocol(Protocol value) {
    protocol = value;
  }

  @Override
  public long startWallNanos() {
    return startWallNanos;
  }

  @Override
  public long startNanos() {
    return startNanos;
  }

  @Override
  public long timeOf(TimePoint point) {
    return times[point.ordinal()];
  }

  @Override
  public void markTime(TimePoint point, long nanos) {
    times[point.ordinal()] = nanos;
  }

  @Override
  public long endNanos() {
    return endNanos;
  }

  void markEnd(long nanos) {
    endNanos = nanos;
  }

  @Override
  public int responseCode() {
    return 0;
  }

  @Override
  public @Nullable String responseCodeDetails() {
    return details;
  }

  @Override
  public void setResponseCodeDetails(String value) {
    details = value;
  }

  @Override
  public void setResponseFlag(ResponseFlag flag) {
    flags |= flag.bit();
  }

  @Override
  public boolean hasResponseFlag(ResponseFlag flag) {
    return (flags & flag.bit()) != 0;
  }

  @Override
  public long responseFlags() {
    return flags;
  }

  @Override
  public long bytesReceived() {
    return bytesReceived;
  }

  void addBytesReceived(long bytes) {
    bytesReceived += bytes;
  }

  @Override
  public long bytesSent() {
    return bytesSent;
  }

  void addBytesSent(long bytes) {
    bytesSent += bytes;
  }

  @Override
  public long byteCount(ByteCounter counter) {
    return switch (counter) {
      case DOWNSTREAM_WIRE_BYTES_RECEIVED -> bytesReceived;
      case DOWNSTREAM_WIRE_BYTES_SENT -> bytesSent;
      default -> 0;
    };
  }

  @Override
  public String routeName() {
    return "";
  }

  @Override
  public String virtualClusterName() {
    return virtualClusterName;
  }

  @Override
  public void setVirtualClusterName(String name) {
    virtualClusterName = name;
  }

  @Override
  public @Nullable String upstreamCluster() {
    return upstreamCluster;
  }

  @Override
  public void setUpstreamCluster(@Nullable String name, Metadata metadata) {
    upstreamCluster = name;
    upstreamClusterMetadata = metadata;
  }

  @Override
  public Metadata upstreamClusterMetadata() {
    return upstreamClusterMetadata;
  }

  @Override
  public Metadata routeMetadata() {
    return Metadata.EMPTY;
  }

  @Override
  public int attemptCount() {
    return attempts;
  }

  @Override
  public void setAttemptCount(int count) {
    attempts = count;
  }

  @Override
  public DownstreamConnectionInfo connection() {
    return connection;
  }

  @Override
  public @Nullable UpstreamInfo upstream() {
    return upstream;
  }

  @Override
  public void setUpstream(@Nullable UpstreamInfo value) {
    upstream = value;
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
  public @Nullable String requestId() {
    return null;
  }

  @Override
  public boolean drainConnection() {
    return drain;
  }

  @Override
  public void setDrainConnection() {
    drain = true;
  }
}
