package io.weir.proxy.http;

import io.weir.filter.Protocol;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;

/** What {@code Connection} of an HTTP/1 request says about the connection's future. */
final class KeepAlive {
  private KeepAlive() {}

  /** Whether the client wants the connection closed after the response. */
  static boolean mustClose(Protocol protocol, HeaderMap headers) {
    if (protocol == Protocol.HTTP_10) {
      return !token(headers, HeaderName.CONNECTION, "keep-alive");
    }
    return protocol == Protocol.HTTP_11
        && (token(headers, HeaderName.CONNECTION, "close")
            || token(headers, HeaderName.PROXY_CONNECTION, "close"));
  }

  /** Whether the request asks for another protocol: Upgrade, or CONNECT. */
  static boolean upgrade(HeaderMap headers) {
    return headers.contains(HeaderName.UPGRADE) && token(headers, HeaderName.CONNECTION, "upgrade")
        || headers.valueEquals(HeaderName.METHOD, "CONNECT");
  }

  private static boolean token(HeaderMap headers, HeaderName name, String token) {
    for (int e = headers.find(name); e >= 0; e = headers.find(name, e)) {
      byte[] text = headers.bytes();
      int end = headers.valueStart(e) + headers.valueLength(e);
      for (int p = headers.valueStart(e); p < end; p++) {
        while (p < end && (text[p] == ' ' || text[p] == '\t' || text[p] == ',')) {
          p++;
        }
        int from = p;
        while (p < end && text[p] != ',') {
          p++;
        }
        int to = p;
        while (to > from && (text[to - 1] == ' ' || text[to - 1] == '\t')) {
          to--;
        }
        if (equalsIgnoreCase(text, from, to - from, token)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean equalsIgnoreCase(byte[] text, int start, int length, String lower) {
    if (length != lower.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      byte b = text[start + i];
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
