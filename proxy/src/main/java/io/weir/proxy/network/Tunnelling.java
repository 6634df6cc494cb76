package io.weir.proxy.network;

import io.weir.filter.StreamInfo;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.formatter.SubstitutionFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code tunneling_config}: bytes travel in an HTTP stream that a request opens.
 *
 * @param hostname what the request asks for
 * @param post whether by POST in place of CONNECT
 * @param postPath of that POST
 * @param requestIds null for none
 */
record Tunnelling(
    SubstitutionFormat hostname,
    boolean post,
    String postPath,
    HeaderMutations headers,
    boolean keepHeaders,
    boolean keepTrailers,
    @Nullable RequestIds requestIds) {
  /** Namespace of the id in the metadata of the connection. */
  private static final String NAMESPACE = "envoy.filters.network.tcp_proxy";

  /**
   * Each tunnel's request has an id.
   *
   * @param metadataKey under which the connection's metadata tells it; empty for nowhere
   */
  record RequestIds(HeaderName header, String metadataKey) {}

  /** The headers of the request that opens a tunnel. */
  HeaderMap request(StreamInfo info, boolean secure) {
    var map = new HeaderMap(256, 8);
    map.set(HeaderName.METHOD, post ? "POST" : "CONNECT");
    map.set(
        HeaderName.AUTHORITY, hostname.formatToString(FormatContext.ofStream(null, null, info)));
    if (post) {
      map.set(HeaderName.PATH, postPath);
      map.set(HeaderName.SCHEME, secure ? "https" : "http");
    }
    if (requestIds != null) {
      String id = UUID.randomUUID().toString();
      map.set(requestIds.header, id);
      if (!requestIds.metadataKey.isEmpty()) {
        info.dynamicMetadata().set(NAMESPACE, requestIds.metadataKey, Value.of(id));
      }
    }
    headers.apply(map, FormatContext.ofStream(map, null, info));
    return map;
  }
}
