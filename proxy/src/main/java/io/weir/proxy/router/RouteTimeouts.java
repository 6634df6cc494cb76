package io.weir.proxy.router;

/**
 * The timeouts of a route. Milliseconds; −1 is unset, 0 is none.
 *
 * @param timeoutMillis from the end of the request to the end of the response
 * @param idleMillis {@code idle_timeout}
 * @param maxStreamMillis {@code max_stream_duration.max_stream_duration}
 * @param grpcHeaderMaxMillis {@code max_stream_duration.grpc_timeout_header_max}
 * @param grpcHeaderOffsetMillis {@code max_stream_duration.grpc_timeout_header_offset}
 * @param maxGrpcMillis the deprecated {@code max_grpc_timeout}
 * @param grpcOffsetMillis the deprecated {@code grpc_timeout_offset}
 */
record RouteTimeouts(
    long timeoutMillis,
    long idleMillis,
    long maxStreamMillis,
    long grpcHeaderMaxMillis,
    long grpcHeaderOffsetMillis,
    long maxGrpcMillis,
    long grpcOffsetMillis) {
  static final long DEFAULT_TIMEOUT = 15_000;
  static final RouteTimeouts DEFAULT = new RouteTimeouts(DEFAULT_TIMEOUT, -1, -1, -1, 0, -1, 0);

  /** Whether {@code max_stream_duration} governs, which replaces the route's timeout for gRPC. */
  boolean streamDuration() {
    return maxStreamMillis >= 0 || grpcHeaderMaxMillis >= 0;
  }
}
