package io.weir.proxy.http.codec;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * Extended CONNECT (RFC 8441) and HTTP/1 upgrades are the same to filters: they see the HTTP/1
 * form, whatever either side speaks.
 */
final class Http2Upgrades {
  private static final String SWITCHING = "101";

  private Http2Upgrades() {}

  /** Whether an HTTP/2 request asks for another protocol than bytes through a tunnel. */
  static boolean asked(HeaderMap headers) {
    int protocol = headers.find(HeaderName.PROTOCOL);
    return protocol >= 0
        && headers.valueLength(protocol) > 0
        && !headers.valueEquals(protocol, "bytestream")
        && headers.valueEquals(HeaderName.METHOD, "CONNECT");
  }

  static void requestToHttp1(HeaderMap headers) {
    String protocol = headers.get(HeaderName.PROTOCOL);
    headers.remove(HeaderName.PROTOCOL);
    headers.set(HeaderName.METHOD, "GET");
    headers.set(HeaderName.UPGRADE, protocol == null ? "" : protocol);
    headers.set(HeaderName.CONNECTION, "upgrade");
  }

  /** What an upgrade in its HTTP/1 form asks for; null when the request asks for none. */
  static @Nullable String wanted(HeaderMap headers) {
    int connection = headers.find(HeaderName.CONNECTION);
    return connection >= 0 && headers.valueEqualsIgnoreCase(connection, "upgrade")
        ? headers.get(HeaderName.UPGRADE)
        : null;
  }

  static void responseToHttp1(HeaderMap headers, String protocol) {
    headers.set(HeaderName.STATUS, SWITCHING);
    headers.set(HeaderName.UPGRADE, protocol);
    headers.set(HeaderName.CONNECTION, "upgrade");
  }

  static void responseToHttp2(HeaderMap headers) {
    if (headers.valueEquals(HeaderName.STATUS, SWITCHING)) {
      headers.set(HeaderName.STATUS, "200");
    }
  }
}
