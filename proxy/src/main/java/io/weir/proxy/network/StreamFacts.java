package io.weir.proxy.network;

import io.weir.filter.Metadata;
import io.weir.filter.ResponseFlag;
import io.weir.filter.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * What is noted the same way of every stream: of a connection, of an HTTP request, of one try
 * upstream. Owned by the stream's worker.
 */
public abstract class StreamFacts implements StreamInfo {
  private static final ResponseFlag[] FLAGS = ResponseFlag.values();
  private static final int UPSTREAM_COUNTERS =
      ByteCounter.UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED.ordinal() + 1;
  private static final int FIRST_COUNTER = TimePoint.values().length;

  private final long startWallNanos;
  private final long startNanos;
  private long endNanos = -1;
  private int responseCode;
  private long flags;
  private long flagOrder;
  private @Nullable String details;
  private @Nullable String upstreamCluster;
  private Metadata upstreamClusterMetadata = Metadata.EMPTY;
  private @Nullable UpstreamInfo upstream;
  private String virtualClusterName = "";
  private int attempts;
  private boolean drain;

  /**
   * Element {@link TimePoint#ordinal}; −1 for what has not happened. Behind them the bytes on the
   * upstream's wire, by {@link ByteCounter#ordinal}.
   */
  protected long[] times;

  /** How many elements {@link #times} has. */
  protected static final int TIMES = TimePoint.values().length + UPSTREAM_COUNTERS;

  /** Body bytes; of a connection all bytes. */
  protected long bytesReceived;

  protected long bytesSent;

  /**
   * @param times {@link #TIMES} elements, −1 all
   */
  protected StreamFacts(long startWallNanos, long startNanos, long[] times) {
    this.startWallNanos = startWallNanos;
    this.startNanos = startNanos;
    this.times = times;
  }

  public final void markEnd(long nanos) {
    endNanos = nanos;
  }

  @Override
  public final void setResponseCode(int code) {
    responseCode = code;
  }

  public final void addBytesReceived(long bytes) {
    bytesReceived += bytes;
  }

  public final void addBytesSent(long bytes) {
    bytesSent += bytes;
  }

  @Override
  public final long startWallNanos() {
    return startWallNanos;
  }

  @Override
  public final long startNanos() {
    return startNanos;
  }

  @Override
  public final long timeOf(TimePoint point) {
    return times[point.ordinal()];
  }

  @Override
  public final void markTime(TimePoint point, long nanos) {
    times[point.ordinal()] = nanos;
  }

  @Override
  public final void setByteCount(ByteCounter counter, long bytes) {
    if (counter.ordinal() < UPSTREAM_COUNTERS) {
      times[FIRST_COUNTER + counter.ordinal()] = bytes;
    }
  }

  @Override
  public long byteCount(ByteCounter counter) {
    int at = FIRST_COUNTER + counter.ordinal();
    return counter.ordinal() < UPSTREAM_COUNTERS && at < times.length ? Math.max(times[at], 0) : 0;
  }

  @Override
  public final long endNanos() {
    return endNanos;
  }

  @Override
  public final int responseCode() {
    return responseCode;
  }

  @Override
  public final @Nullable String responseCodeDetails() {
    return details;
  }

  @Override
  public final void setResponseCodeDetails(String value) {
    details = value;
  }

  @Override
  public final void setResponseFlag(ResponseFlag flag) {
    if ((flags & flag.bit()) == 0) {
      // Six bits each, so that the first ten are told in the order in which they came.
      flagOrder |= (flag.ordinal() + 1L) << (6 * Long.bitCount(flags));
      flags |= flag.bit();
    }
  }

  @Override
  public final @Nullable ResponseFlag responseFlag(int index) {
    int ordinal = index < 10 ? (int) (flagOrder >>> (6 * index)) & 63 : 0;
    return ordinal == 0 ? null : FLAGS[ordinal - 1];
  }

  @Override
  public final boolean hasResponseFlag(ResponseFlag flag) {
    return (flags & flag.bit()) != 0;
  }

  @Override
  public final long responseFlags() {
    return flags;
  }

  @Override
  public final long bytesReceived() {
    return bytesReceived;
  }

  @Override
  public final long bytesSent() {
    return bytesSent;
  }

  @Override
  public final String virtualClusterName() {
    return virtualClusterName;
  }

  @Override
  public final void setVirtualClusterName(String name) {
    virtualClusterName = name;
  }

  @Override
  public final @Nullable String upstreamCluster() {
    return upstreamCluster;
  }

  @Override
  public final void setUpstreamCluster(@Nullable String name, Metadata metadata) {
    upstreamCluster = name;
    upstreamClusterMetadata = metadata;
  }

  @Override
  public final Metadata upstreamClusterMetadata() {
    return upstreamClusterMetadata;
  }

  @Override
  public final int attemptCount() {
    return attempts;
  }

  @Override
  public final void setAttemptCount(int count) {
    attempts = count;
  }

  @Override
  public final @Nullable UpstreamInfo upstream() {
    return upstream;
  }

  @Override
  public final void setUpstream(@Nullable UpstreamInfo value) {
    upstream = value;
  }

  @Override
  public final boolean drainConnection() {
    return drain;
  }

  @Override
  public final void setDrainConnection() {
    drain = true;
  }
}
