package io.weir.proxy.filter.grpc;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.http.GrpcReplies;
import org.jspecify.annotations.Nullable;

/** Reads responses as gRPC. */
public final class GrpcResponses {
  private GrpcResponses() {}

  /** Whether the headers begin a gRPC response, or are one with trailers only. */
  public static boolean headers(HeaderMap headers, boolean endStream) {
    if (endStream) {
      return headers.contains(HeaderName.GRPC_STATUS);
    }
    return headers.valueEquals(HeaderName.STATUS, "200") && GrpcReplies.request(headers);
  }

  /** The status in headers or trailers as it came; null when there is none. */
  public static @Nullable String status(HeaderMap from) {
    return from.get(HeaderName.GRPC_STATUS);
  }
}
