package io.weir.proxy.http;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.DynamicMetadata;
import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.Protocol;
import io.weir.filter.ResponseFlag;
import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.route.Route;
import org.jspecify.annotations.Nullable;

/** The facts about one HTTP stream. Owned by its worker. */
final class HttpStreamInfo implements StreamInfo {
  private final Protocol protocol;
  private final long startWallNanos;
  private final long startNanos;
  private long[] times;
  private ConnectionInfo connection;
  private long endNanos = -1;
  private int responseCode;
  private @Nullable String details;
  private long flags;
  long bytesReceived;
  long bytesSent;
  private @Nullable Route route;
  private String virtualClusterName = "";
  private @Nullable String upstreamCluster;
  private Metadata upstreamClusterMetadata = Metadata.EMPTY;
  private int attempts;
  private @Nullable UpstreamInfo upstream;
  private @Nullable DynamicMetadata dynamicMetadata;
  private @Nullable FilterState filterState;
  private @Nullable HeaderMap requestHeaders;
  private boolean drain;
  private boolean schemeMatchesUpstream;

  HttpStreamInfo(
      Protocol protocol,
      ConnectionInfo connection,
      long startWallNanos,
      long startNanos,
      StreamTimes storage) {
    this.protocol = protocol;
    this.connection = connection;
    this.startWallNanos = startWallNanos;
    this.startNanos = startNanos;
    this.times = storage.take();
  }

  /** Of a stream that starts over: what is known of the downstream, and filter state that lasts. */
  HttpStreamInfo(HttpStreamInfo before, StreamTimes storage) {
    this(before.protocol, before.connection, before.startWallNanos, before.startNanos, storage);
    times[TimePoint.DOWNSTREAM_RX_END.ordinal()] = before.timeOf(TimePoint.DOWNSTREAM_RX_END);
    FilterState state = before.filterState;
    if (state != null) {
      // The first stream's line is written with all of it.
      filterState = state.withoutFilterChainEntries();
    }
    drain = before.drain;
  }

  void setConnection(ConnectionInfo value) {
    connection = value;
  }

  void setRequestHeaders(HeaderMap headers) {
    requestHeaders = headers;
  }

  void setRoute(@Nullable Route value) {
    route = value;
  }

  void setResponseCode(int code) {
    responseCode = code;
  }

  /** The stream is over and was logged: its times are another's. */
  void releaseTimes(StreamTimes storage) {
    storage.release(times);
    times = StreamTimes.ENDED;
  }

  void markEnd(long nanos) {
    endNanos = nanos;
  }

  @Override
  public Protocol protocol() {
    return protocol;
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
    if (times != StreamTimes.ENDED) {
      times[point.ordinal()] = nanos;
    }
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

  @Override
  public long bytesSent() {
    return bytesSent;
  }

  @Override
  public String routeName() {
    return route == null ? "" : route.name();
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
    return route == null ? Metadata.EMPTY : route.metadata();
  }

  @Override
  public Metadata virtualHostMetadata() {
    return route == null ? Metadata.EMPTY : route.virtualHostMetadata();
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
  public ConnectionInfo connection() {
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
    DynamicMetadata present = dynamicMetadata;
    if (present == null) {
      present = new DynamicMetadata();
      dynamicMetadata = present;
    }
    return present;
  }

  @Override
  public FilterState filterState() {
    FilterState present = filterState;
    if (present == null) {
      present = new FilterState(connection.filterState());
      filterState = present;
    }
    return present;
  }

  @Override
  public @Nullable String requestId() {
    return requestHeaders == null ? null : requestHeaders.get(HeaderName.X_REQUEST_ID);
  }

  void setSchemeMatchesUpstream() {
    schemeMatchesUpstream = true;
  }

  @Override
  public boolean schemeMatchesUpstream() {
    return schemeMatchesUpstream;
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
