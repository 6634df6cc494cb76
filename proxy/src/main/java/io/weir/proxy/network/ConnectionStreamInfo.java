package io.weir.proxy.network;

import io.weir.filter.DynamicMetadata;
import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.Protocol;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A downstream connection seen as a stream. Owned by the connection's worker. */
public final class ConnectionStreamInfo extends StreamFacts {
  private static final int TIME_POINTS = TimePoint.values().length;

  private final DownstreamConnectionInfo connection;
  private @Nullable Protocol protocol;

  public ConnectionStreamInfo(
      DownstreamConnectionInfo connection, long startWallNanos, long startNanos) {
    super(startWallNanos, startNanos, noTimes());
    this.connection = connection;
  }

  private static long[] noTimes() {
    long[] times = new long[TIME_POINTS];
    Arrays.fill(times, -1);
    return times;
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
  public Metadata routeMetadata() {
    return Metadata.EMPTY;
  }

  @Override
  public DownstreamConnectionInfo connection() {
    return connection;
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
}
