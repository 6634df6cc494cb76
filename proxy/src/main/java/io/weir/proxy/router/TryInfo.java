package io.weir.proxy.router;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.DynamicMetadata;
import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.Protocol;
import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.proxy.network.StreamFacts;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The facts about one try, as {@code upstream_log} writes them. Belongs to the try. */
final class TryInfo extends StreamFacts {
  private final StreamInfo request;
  private @Nullable Protocol protocol;

  TryInfo(StreamInfo request, Worker worker) {
    super(worker.wallNanos(), worker.nanoTime(), new long[TIMES]);
    this.request = request;
    Arrays.fill(times, -1);
    setUpstreamCluster(request.upstreamCluster(), request.upstreamClusterMetadata());
  }

  /** Takes over the points that were noted of the request while the try ran. */
  void copyTimes() {
    for (TimePoint point : TimePoint.values()) {
      markTime(point, request.timeOf(point));
    }
    for (ByteCounter counter : ByteCounter.values()) {
      setByteCount(counter, request.byteCount(counter));
    }
  }

  @Override
  public @Nullable Protocol protocol() {
    return protocol;
  }

  @Override
  public void setProtocol(@Nullable Protocol value) {
    protocol = value;
  }

  @Override
  public String routeName() {
    return request.routeName();
  }

  @Override
  public Metadata routeMetadata() {
    return request.routeMetadata();
  }

  @Override
  public Metadata virtualHostMetadata() {
    return request.virtualHostMetadata();
  }

  @Override
  public ConnectionInfo connection() {
    return request.connection();
  }

  @Override
  public DynamicMetadata dynamicMetadata() {
    return request.dynamicMetadata();
  }

  @Override
  public FilterState filterState() {
    return request.filterState();
  }

  @Override
  public @Nullable String requestId() {
    return request.requestId();
  }
}
