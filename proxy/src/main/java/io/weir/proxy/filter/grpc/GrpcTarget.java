package io.weir.proxy.filter.grpc;

import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.SubstitutionFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a filter's gRPC calls go ({@code GrpcService.envoy_grpc}). Immutable.
 *
 * @param forwarded whether the calls carry {@code x-forwarded-for} and {@code x-envoy-internal}
 * @param timeoutMillis of a unary call; 0 for none
 */
public record GrpcTarget(
    String cluster,
    String authority,
    List<Metadatum> initialMetadata,
    boolean forwarded,
    long timeoutMillis) {
  private static final HeaderName TE = HeaderName.TE;
  private static final HeaderName GRPC_TIMEOUT = HeaderName.of("grpc-timeout");

  public GrpcTarget {
    initialMetadata = List.copyOf(initialMetadata);
  }

  /** A header of every call. */
  public record Metadatum(HeaderName name, SubstitutionFormat value) {}

  /** The head of a call of {@code path}, {@code /package.Service/Method}. */
  HeaderMap head(
      String path, boolean unary, @Nullable HeaderMap request, @Nullable StreamInfo info) {
    var head = new HeaderMap();
    head.add(HeaderName.METHOD, "POST");
    head.add(HeaderName.PATH, path);
    head.add(HeaderName.SCHEME, "http");
    head.add(HeaderName.AUTHORITY, authority);
    head.add(TE, "trailers");
    head.add(HeaderName.CONTENT_TYPE, "application/grpc");
    if (unary && timeoutMillis > 0) {
      head.add(GRPC_TIMEOUT, timeoutMillis + "m");
    }
    for (int i = 0; info != null && i < initialMetadata.size(); i++) {
      Metadatum each = initialMetadata.get(i);
      head.add(each.name, each.value.formatToString(FormatContext.ofStream(request, null, info)));
    }
    return head;
  }

  public GrpcTarget withTimeout(long millis) {
    return new GrpcTarget(cluster, authority, initialMetadata, forwarded, millis);
  }
}
