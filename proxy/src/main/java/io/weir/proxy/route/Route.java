package io.weir.proxy.route;

import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.http.RouteInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A resolved route, a weighted cluster already chosen. Immutable. */
public interface Route extends RouteInfo {

  /** Whether the route answers by itself: a direct response or a redirect. */
  boolean direct();

  /** The most specific per-filter configuration of that name, or null. */
  @Nullable RouteConfig filterConfig(String filterName);

  /** All per-filter configurations of that name, least specific first. */
  List<RouteConfig> filterConfigs(String filterName);

  /**
   * Whether per-route configuration disables (TRUE) or enables (FALSE) the filter; null if silent.
   */
  @Nullable Boolean filterDisabled(String filterName);

  /** The request body limit of the route, −1 when it sets none. */
  long requestBodyBufferLimit();

  /** Idle timeout of the stream that the route sets, −1 when it sets none. */
  long idleTimeoutMillis();

  /** The longest life of the stream that the route sets, −1 when it sets none, 0 for no limit. */
  default long maxStreamDurationMillis() {
    return -1;
  }

  /**
   * {@code max_stream_duration.grpc_timeout_header_max}: the cap on what {@code grpc-timeout} asks
   * for as the stream's longest life; −1 when the header does not count, 0 for no cap.
   */
  default long grpcTimeoutHeaderMaxMillis() {
    return -1;
  }

  /** Whether the route sets {@code max_stream_duration}: gRPC upstreams are told the outcome. */
  default boolean governsStreamDuration() {
    return false;
  }

  /** What is taken off the header's value, when that leaves more than nothing. */
  default long grpcTimeoutHeaderOffsetMillis() {
    return 0;
  }

  /** Whether an upgrade of this (lower-case) type is enabled; null when the route does not say. */
  @Nullable Boolean upgradeEnabled(String type);

  /**
   * Changes an answer that the proxy makes itself to a request of the route, where the route
   * forwards: its response headers are added to that, too.
   */
  default void finalizeLocalReply(
      @Nullable HeaderMap request, HeaderMap response, StreamInfo info) {}

  /** {@code tracing} as the tracer loaded it, or null. */
  default @Nullable RouteConfig tracing() {
    return null;
  }

  /** {@code decorator.operation}, empty when there is none. */
  default String decoratorOperation() {
    return "";
  }
}
