package io.weir.proxy.http.codec;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;

/** What RFC 9113, 8.2 and 8.3 ask of the fields of a message. */
final class Http2Fields {
  private Http2Fields() {}

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
        strip(headers, e);
      }
    }
    return status >= 0;
  }

  /** Whether trailers are well-formed: no pseudo-headers. */
  static boolean validTrailers(HeaderMap trailers) {
    int cookies = 0;
    for (int e = trailers.first(); e >= 0; e = trailers.next(e)) {
      int id = trailers.nameId(e);
      if (isPseudo(trailers, e)
          || !validField(trailers, e)
          || id == HeaderName.CONTENT_LENGTH.id()
          || id == HeaderName.TE.id() && !trailers.valueEqualsIgnoreCase(e, "trailers")) {
        return false;
      }
      strip(trailers, e);
      if (id == HeaderName.COOKIE.id()) {
        cookies++;
      }
    }
    if (cookies > 1) {
      joinCookies(trailers);
    }
    return true;
  }

  /** Makes one field of the pieces of a cookie header (RFC 9113, 8.2.3). */
  static void joinCookies(HeaderMap headers) {
    String joined = String.join("; ", headers.getAll(HeaderName.COOKIE));
    headers.set(HeaderName.COOKIE, joined);
  }

  static boolean isPseudo(HeaderMap headers, int entry) {
    return headers.nameLength(entry) > 0 && headers.bytes()[headers.nameStart(entry)] == ':';
  }

  /** Lower-case token as name, no controls in the value, nothing that belongs to a connection. */
  static boolean validField(HeaderMap headers, int entry) {
    int id = headers.nameId(entry);
    return (id >= 0 ? !connectionSpecific(id) : validName(headers, entry))
        && validValue(headers, entry);
  }

  static boolean validName(HeaderMap headers, int entry) {
    byte[] bytes = headers.bytes();
    int start = headers.nameStart(entry);
    int end = start + headers.nameLength(entry);
    for (int i = start; i < end; i++) {
      byte b = bytes[i];
      if (Bytes.token(b) != b || b == 0) {
        return false;
      }
    }
    return end > start;
  }

  static boolean validValue(HeaderMap headers, int entry) {
    byte[] bytes = headers.bytes();
    int start = headers.valueStart(entry);
    int end = start + headers.valueLength(entry);
    for (int i = start; i < end; i++) {
      if (!Bytes.value(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  /** Takes white space off both ends of a value. */
  static void strip(HeaderMap headers, int entry) {
    byte[] bytes = headers.bytes();
    int start = headers.valueStart(entry);
    int end = start + headers.valueLength(entry);
    int from = start;
    int to = end;
    while (from < to && Bytes.space(bytes[from])) {
      from++;
    }
    while (to > from && Bytes.space(bytes[to - 1])) {
      to--;
    }
    if (from > start || to < end) {
      headers.setValue(entry, bytes, from, to - from);
    }
  }

  /**
   * Whether a field goes out: those of a connection do not, {@code te} only for trailers, and
   * nothing that a filter made up which is no field.
   */
  static boolean forwarded(HeaderMap headers, int entry) {
    int id = headers.nameId(entry);
    if (id < 0) {
      return Fields.valid(headers, entry);
    }
    if (id == HeaderName.TE.id()) {
      return headers.valueEqualsIgnoreCase(entry, "trailers");
    }
    return id != HeaderName.HOST.id()
        && !connectionSpecific(id)
        && !isPseudo(headers, entry)
        && Fields.validValue(headers, entry);
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
