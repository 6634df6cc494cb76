package io.weir.proxy.http;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.DynamicMetadata;
import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.Protocol;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.http.codec.WireBytes;
import io.weir.proxy.network.StreamFacts;
import io.weir.proxy.route.Route;
import io.weir.proxy.tracing.Span;
import io.weir.proxy.tracing.Traced;
import org.jspecify.annotations.Nullable;

/** The facts about one HTTP stream. Owned by its worker. */
final class HttpStreamInfo extends StreamFacts implements Traced {
  /** How many elements the arrays of {@link StreamTimes} have. */
  static final int SIZE = TIMES;

  private final Protocol protocol;
  private ConnectionInfo connection;
  private @Nullable Route route;
  private Metadata unrouted = Metadata.EMPTY;
  private @Nullable Span span;
  private @Nullable DynamicMetadata dynamicMetadata;
  private @Nullable FilterState filterState;
  private @Nullable HeaderMap requestHeaders;
  private boolean schemeMatchesUpstream;
  private @Nullable WireBytes wire;

  HttpStreamInfo(
      Protocol protocol,
      ConnectionInfo connection,
      long startWallNanos,
      long startNanos,
      StreamTimes storage) {
    super(startWallNanos, startNanos, storage.take());
    this.protocol = protocol;
    this.connection = connection;
  }

  /** Of a stream that starts over: what is known of the downstream, and filter state that lasts. */
  HttpStreamInfo(HttpStreamInfo before, StreamTimes storage) {
    this(before.protocol, before.connection, before.startWallNanos(), before.startNanos(), storage);
    times[TimePoint.DOWNSTREAM_RX_END.ordinal()] = before.timeOf(TimePoint.DOWNSTREAM_RX_END);
    FilterState state = before.filterState;
    if (state != null) {
      // The first stream's line is written with all of it.
      filterState = state.withoutFilterChainEntries();
    }
    if (before.drainConnection()) {
      setDrainConnection();
    }
  }

  /** The downstream's wire. */
  void setWire(WireBytes counts) {
    wire = counts;
  }

  @Override
  public long byteCount(ByteCounter counter) {
    WireBytes counts = wire;
    return counts != null && counter.ordinal() >= ByteCounter.DOWNSTREAM_WIRE_BYTES_SENT.ordinal()
        ? counts.get(counter)
        : super.byteCount(counter);
  }

  void setConnection(ConnectionInfo value) {
    connection = value;
  }

  void setRequestHeaders(HeaderMap headers) {
    requestHeaders = headers;
  }

  @Override
  public @Nullable Span span() {
    return span;
  }

  void setSpan(@Nullable Span value) {
    span = value;
  }

  @Override
  public @Nullable String traceId() {
    return span == null ? null : span.traceId();
  }

  @Override
  public @Nullable String spanId() {
    return span == null ? null : span.spanId();
  }

  /** The virtual host of a request that none of its routes takes. */
  void setVirtualHostMetadata(Metadata metadata) {
    unrouted = metadata;
  }

  void setRoute(@Nullable Route value) {
    route = value;
  }

  /** The stream is over and was logged: its times are another's. */
  void releaseTimes(StreamTimes storage) {
    storage.release(times);
    times = StreamTimes.ENDED;
  }

  @Override
  public Protocol protocol() {
    return protocol;
  }

  @Override
  public String routeName() {
    return route == null ? "" : route.name();
  }

  @Override
  public Metadata routeMetadata() {
    return route == null ? Metadata.EMPTY : route.metadata();
  }

  @Override
  public Metadata virtualHostMetadata() {
    return route == null ? unrouted : route.virtualHostMetadata();
  }

  @Override
  public ConnectionInfo connection() {
    return connection;
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
}
