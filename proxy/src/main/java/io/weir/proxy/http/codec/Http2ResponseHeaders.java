package io.weir.proxy.http.codec;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;

/** What RFC 9113, 8.2 and 8.3 ask of the fields of a message. */
final class Http2ResponseHeaders {
  private Http2ResponseHeaders() {}

  /** Whether a response's fields are well-formed, {@code :status} among them. */
  static boolean validResponse(HeaderMap headers) {
    int status = -1;
    boolean regular = false;
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      if (isPseudo(headers, e)) {
        if (regular || status >= 0 || headers.nameId(e) != HeaderName.STATUS.id()) {
          return false;
        }
        long code = headers.valueAsLong(e);
        if (headers.valueLength(e) != 3 || code < 100) {
          return false;
        }
        status = e;
      } else {
        regular = true;
        if (!validField(headers, e)) {
          return false;
        }
      }
    }
    return status >= 0;
  }

  /** Whether trailers are well-formed: no pseudo-headers. */
  static boolean validTrailers(HeaderMap trailers) {
    for (int e = trailers.first(); e >= 0; e = trailers.next(e)) {
      if (isPseudo(trailers, e) || !validField(trailers, e)) {
        return false;
      }
    }
    return true;
  }

  static boolean isPseudo(HeaderMap headers, int entry) {
    return headers.nameLength(entry) > 0 && headers.bytes()[headers.nameStart(entry)] == ':';
  }

  /** Lower-case token as name, no controls in the value, nothing that belongs to a connection. */
  static boolean validField(HeaderMap headers, int entry) {
    byte[] bytes = headers.bytes();
    int start = headers.nameStart(entry);
    int length = headers.nameLength(entry);
    if (length == 0) {
      return false;
    }
    for (int i = start; i < start + length; i++) {
      byte b = bytes[i];
      if (b <= ' ' || b >= 0x7f || b >= 'A' && b <= 'Z' || b == ':') {
        return false;
      }
    }
    int from = headers.valueStart(entry);
    int to = from + headers.valueLength(entry);
    if (from < to && (space(bytes[from]) || space(bytes[to - 1]))) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] == 0 || bytes[i] == '\r' || bytes[i] == '\n') {
        return false;
      }
    }
    return !connectionSpecific(headers.nameId(entry));
  }

  private static boolean space(byte b) {
    return b == ' ' || b == '\t';
  }

  static boolean connectionSpecific(int nameId) {
    return nameId >= 0
        && (nameId == HeaderName.CONNECTION.id()
            || nameId == HeaderName.KEEP_ALIVE.id()
            || nameId == HeaderName.PROXY_CONNECTION.id()
            || nameId == HeaderName.TRANSFER_ENCODING.id()
            || nameId == HeaderName.UPGRADE.id());
  }
}
