package io.weir.proxy.network;

import io.weir.filter.DynamicMetadata;
import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.Protocol;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A downstream connection seen as a stream. Owned by the connection's worker. */
public final class ConnectionStreamInfo extends StreamFacts {
  private final DownstreamConnectionInfo connection;
  private @Nullable Protocol protocol;
  private boolean carried;

  public ConnectionStreamInfo(
      DownstreamConnectionInfo connection, long startWallNanos, long startNanos) {
    super(startWallNanos, startNanos, noTimes());
    this.connection = connection;
  }

  private static long[] noTimes() {
    long[] times = new long[TIMES];
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

  /** Bytes are on their way to an upstream: from here on they count as bytes on the wire. */
  void setCarried() {
    carried = true;
  }

  @Override
  public long byteCount(ByteCounter counter) {
    return switch (counter) {
      case DOWNSTREAM_WIRE_BYTES_RECEIVED -> carried ? bytesReceived : 0;
      case DOWNSTREAM_WIRE_BYTES_SENT -> carried ? bytesSent : 0;
      default -> super.byteCount(counter);
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
