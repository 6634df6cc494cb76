package io.weir.proxy.http;

import io.weir.filter.http.HeaderMap;
import io.weir.proxy.route.GrpcTimeout;
import io.weir.proxy.route.Route;
import org.jspecify.annotations.Nullable;

/** How long a stream may live: by its route, its gRPC client, or the connection manager. */
final class StreamDuration {
  private StreamDuration() {}

  /**
   * @param configured of the connection manager, 0 for none
   * @return −1 for no limit
   */
  static long millis(Route route, @Nullable HeaderMap headers, long configured) {
    long most = route.grpcTimeoutHeaderMaxMillis();
    long asked = most < 0 || headers == null ? -1 : GrpcTimeout.millis(headers);
    if (asked < 0) {
      long own = route.maxStreamDurationMillis();
      if (own >= 0) {
        return own == 0 ? -1 : own;
      }
      return configured == 0 ? -1 : configured;
    }
    long millis = most > 0 ? Math.min(asked, most) : asked;
    return Math.max(0, millis - route.grpcTimeoutHeaderOffsetMillis());
  }
}
