package io.weir.proxy.network;

import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.formatter.SubstitutionFormat;

/**
 * {@code tunneling_config}: bytes travel in an HTTP stream that a request opens.
 *
 * @param hostname what the request asks for
 * @param post whether by POST in place of CONNECT
 * @param postPath of that POST
 */
record Tunnelling(
    SubstitutionFormat hostname,
    boolean post,
    String postPath,
    HeaderMutations headers,
    boolean keepHeaders,
    boolean keepTrailers) {

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
    headers.apply(map, FormatContext.ofStream(map, null, info));
    return map;
  }
}
