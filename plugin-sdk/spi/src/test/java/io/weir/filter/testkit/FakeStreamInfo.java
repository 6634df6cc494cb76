package io.weir.filter.testkit;

import io.weir.filter.DynamicMetadata;
import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.Protocol;
import io.weir.filter.ResponseFlag;
import io.weir.filter.StreamInfo;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Facts about a stream that tests set as they like. */
public final class FakeStreamInfo implements StreamInfo {
  public final FakeConnection connection = new FakeConnection();
  public @Nullable Protocol protocol = Protocol.HTTP_11;
  public long startNanos;
  public long endNanos = -1;
  public int responseCode;
  public @Nullable String details;
  public long flags;
  private final List<ResponseFlag> inOrder = new ArrayList<>();
  public long bytesReceived;
  public long bytesSent;
  public String routeName = "";
  public Metadata routeMetadata = Metadata.EMPTY;
  public @Nullable String requestId;
  private final Map<TimePoint, Long> times = new EnumMap<>(TimePoint.class);
  private final DynamicMetadata metadata = new DynamicMetadata();
  private final FilterState state = new FilterState(connection.filterState());
  private String virtualCluster = "";
  private @Nullable String cluster;
  private Metadata clusterMetadata = Metadata.EMPTY;
  private int attempts;
  private @Nullable UpstreamInfo upstream;
  private boolean drain;

  @Override
  public @Nullable Protocol protocol() {
    return protocol;
  }

  @Override
  public long startWallNanos() {
    return FakeWorker.EPOCH_NANOS + startNanos;
  }

  @Override
  public long startNanos() {
    return startNanos;
  }

  @Override
  public long timeOf(TimePoint point) {
    return times.getOrDefault(point, -1L);
  }

  @Override
  public void markTime(TimePoint point, long nanos) {
    times.put(point, nanos);
  }

  @Override
  public long endNanos() {
    return endNanos;
  }

  @Override
  public int responseCode() {
    return responseCode;
  }

  @Override
  public @Nullable String responseCodeDetails() {
    return details;
  }

  @Override
  public void setResponseCodeDetails(String details) {
    this.details = details;
  }

  @Override
  public void setResponseFlag(ResponseFlag flag) {
    if (!hasResponseFlag(flag)) {
      inOrder.add(flag);
    }
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
  public @Nullable ResponseFlag responseFlag(int index) {
    return index < inOrder.size() ? inOrder.get(index) : null;
  }

  @Override
  public long bytesReceived() {
    return bytesReceived;
  }

  @Override
  public long bytesSent() {
    return bytesSent;
  }

  @Override
  public String routeName() {
    return routeName;
  }

  @Override
  public String virtualClusterName() {
    return virtualCluster;
  }

  @Override
  public void setVirtualClusterName(String name) {
    virtualCluster = name;
  }

  @Override
  public @Nullable String upstreamCluster() {
    return cluster;
  }

  @Override
  public void setUpstreamCluster(@Nullable String name, Metadata metadata) {
    cluster = name;
    clusterMetadata = metadata;
  }

  @Override
  public Metadata upstreamClusterMetadata() {
    return clusterMetadata;
  }

  @Override
  public Metadata routeMetadata() {
    return routeMetadata;
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
  public FakeConnection connection() {
    return connection;
  }

  @Override
  public @Nullable UpstreamInfo upstream() {
    return upstream;
  }

  @Override
  public void setUpstream(@Nullable UpstreamInfo upstream) {
    this.upstream = upstream;
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
  public @Nullable String requestId() {
    return requestId;
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
