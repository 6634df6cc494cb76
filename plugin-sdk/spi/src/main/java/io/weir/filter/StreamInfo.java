package io.weir.filter;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Facts about one stream (or, for network filters, one connection). Owned by its worker. Times are
 * monotonic nanoseconds of {@link Worker#nanoTime} unless said otherwise; −1 means "not yet".
 */
public interface StreamInfo {

  /** Null before the first request line was read, and for TCP. */
  @Nullable Protocol protocol();

  /** What a codec found a connection to speak; nothing for streams, whose protocol is fixed. */
  default void setProtocol(Protocol protocol) {}

  /** Wall time of the stream's start, nanoseconds since the epoch. */
  long startWallNanos();

  long startNanos();

  /** A point in the stream's life, or −1. */
  long timeOf(TimePoint point);

  void markTime(TimePoint point, long nanos);

  /** When the stream ended, or −1 while it runs. */
  long endNanos();

  /** The response status, 0 before there is one. */
  int responseCode();

  /** Notes the status before the response goes out, for who formats its headers. */
  default void setResponseCode(int code) {}

  /** {@code via_upstream}, {@code route_not_found} and the like; null while unknown. */
  @Nullable String responseCodeDetails();

  void setResponseCodeDetails(String details);

  void setResponseFlag(ResponseFlag flag);

  boolean hasResponseFlag(ResponseFlag flag);

  /** All flags as bits ({@link ResponseFlag#bit}). */
  long responseFlags();

  /** The flags in the order in which they were set (ten of them); null behind the last. */
  default @Nullable ResponseFlag responseFlag(int index) {
    long flags = responseFlags();
    for (int i = 0; i < index; i++) {
      flags &= flags - 1;
    }
    return flags == 0 ? null : ResponseFlag.values()[Long.numberOfTrailingZeros(flags)];
  }

  /** Body bytes received from the downstream. */
  long bytesReceived();

  /** Body bytes sent to the downstream. */
  long bytesSent();

  /** The name of the route, empty when it has none or none matched. */
  String routeName();

  String virtualClusterName();

  void setVirtualClusterName(String name);

  /** The cluster that was chosen, or null. */
  @Nullable String upstreamCluster();

  void setUpstreamCluster(@Nullable String name, Metadata metadata);

  Metadata upstreamClusterMetadata();

  Metadata routeMetadata();

  default Metadata virtualHostMetadata() {
    return Metadata.EMPTY;
  }

  /** Requests sent upstream so far, retries included; 0 before the first. */
  int attemptCount();

  void setAttemptCount(int count);

  ConnectionInfo connection();

  /** The latest upstream attempt, or null. */
  @Nullable UpstreamInfo upstream();

  void setUpstream(@Nullable UpstreamInfo upstream);

  DynamicMetadata dynamicMetadata();

  FilterState filterState();

  /** {@code x-request-id} of the stream, or null. */
  @Nullable String requestId();

  /**
   * Whether the stream is a health check that a filter recognised; access logs may leave it out.
   */
  default boolean healthCheck() {
    return false;
  }

  default void setHealthCheck(boolean healthCheck) {}

  /** Whether {@code :scheme} is to name the upstream's transport, not the downstream's. */
  default boolean schemeMatchesUpstream() {
    return false;
  }

  /** Whether the connection should close when the response is complete. */
  boolean drainConnection();

  void setDrainConnection();

  /** The id of the trace that the stream belongs to, in hexadecimal; null without one. */
  default @Nullable String traceId() {
    return null;
  }

  /** The id of the stream's own part of its trace; null without one. */
  default @Nullable String spanId() {
    return null;
  }

  /** Points of {@code %COMMON_DURATION%}. */
  enum TimePoint {
    DOWNSTREAM_RX_END,
    UPSTREAM_TX_BEGIN,
    UPSTREAM_TX_END,
    UPSTREAM_RX_BEGIN,
    UPSTREAM_RX_END,
    DOWNSTREAM_TX_BEGIN,
    DOWNSTREAM_TX_END,
    UPSTREAM_CONNECT_BEGIN,
    UPSTREAM_CONNECT_END,
    UPSTREAM_HANDSHAKE_END,
    UPSTREAM_RX_BODY_BEGIN,
    UPSTREAM_POOL_READY,
    UPSTREAM_POOL_BEGIN
  }

  /** A count of bytes or packets on the wire; 0 while nothing is known. */
  default long byteCount(ByteCounter counter) {
    return 0;
  }

  /** Notes a count of the upstream's wire. */
  default void setByteCount(ByteCounter counter, long bytes) {}

  /** What {@link #byteCount} counts; named as the access log's operators. */
  enum ByteCounter {
    UPSTREAM_WIRE_BYTES_SENT,
    UPSTREAM_WIRE_BYTES_RECEIVED,
    UPSTREAM_HEADER_BYTES_SENT,
    UPSTREAM_HEADER_BYTES_RECEIVED,
    UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT,
    UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED,
    DOWNSTREAM_WIRE_BYTES_SENT,
    DOWNSTREAM_WIRE_BYTES_RECEIVED,
    DOWNSTREAM_HEADER_BYTES_SENT,
    DOWNSTREAM_HEADER_BYTES_RECEIVED,
    DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT,
    DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED,
    BYTES_RETRANSMITTED,
    PACKETS_RETRANSMITTED
  }

  /** The host and connection of an upstream attempt. Immutable. */
  interface UpstreamInfo {
    /** The chosen host's address, or null when none was chosen. */
    @Nullable SocketAddress hostAddress();

    /** {@code Endpoint.hostname}, empty when it has none. */
    String hostName();

    Metadata hostMetadata();

    NodeInfo.Locality locality();

    @Nullable SocketAddress localAddress();

    /** Unique in this process; −1 before a connection was chosen. */
    long connectionId();

    @Nullable Protocol protocol();

    @Nullable TlsInfo tls();

    /** Why the transport failed, empty when it did not. */
    String transportFailureReason();

    /** The attempt before this one, or null. */
    default @Nullable UpstreamInfo previousAttempt() {
      return null;
    }
  }
}
