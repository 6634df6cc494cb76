package io.weir.proxy.http.codec;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * Checks the headers of an HTTP/2 request as a stock Envoy does, and makes of them what an HTTP/1
 * request would have given: one host, one cookie, joined repetitions. Reused for each request of a
 * codec.
 */
final class Http2RequestHead {
  private static final String INVALID = "http2.violation.of.messaging.rule";
  private static final String INVALID_FIELD = "http2.invalid.header.field";
  private static final boolean[] PATH = new boolean[256];
  private static final boolean[] HOST = Bytes.AUTHORITY.clone();

  static {
    for (int c = 0; c < 256; c++) {
      PATH[c] = c > ' ' && c != 0x7f;
    }
    HOST['@'] = false;
  }

  private final Http2Settings settings;
  private final Http2Stats stats;
  private final JoinedFields joined = JoinedFields.ofRequests();

  // Of the present request.
  long contentLength;

  /** A field has an underscore in its name, and such requests are not wanted. */
  boolean refused;

  private int method;
  private int scheme;
  private int path;
  private int authority;
  private int protocol;
  private int host;
  private int cookies;

  Http2RequestHead(Http2Settings settings, Http2Stats stats) {
    this.settings = settings;
    this.stats = stats;
  }

  /**
   * Checks and edits the headers in place.
   *
   * @return null, or what is wrong with them (details string)
   */
  @Nullable String read(HeaderMap headers, boolean endStream) {
    contentLength = -1;
    refused = false;
    method = -1;
    scheme = -1;
    path = -1;
    authority = -1;
    protocol = -1;
    host = -1;
    cookies = 0;
    joined.start();
    boolean regular = false;
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      String problem;
      if (Http2Fields.isPseudo(headers, e)) {
        problem = regular ? INVALID : pseudo(headers, e);
      } else {
        regular = true;
        problem = field(headers, e);
      }
      if (problem != null) {
        return problem;
      }
    }
    if (!complete(headers) || endStream && contentLength > 0) {
      return INVALID;
    }
    if (cookies > 1) {
      Http2Fields.joinCookies(headers);
    }
    return null;
  }

  private @Nullable String pseudo(HeaderMap headers, int entry) {
    int id = headers.nameId(entry);
    int before;
    boolean valid;
    if (id == HeaderName.METHOD.id()) {
      before = method;
      method = entry;
      valid = validMethod(headers, entry);
    } else if (id == HeaderName.PATH.id()) {
      before = path;
      path = entry;
      valid = all(headers, entry, PATH);
    } else if (id == HeaderName.SCHEME.id()) {
      before = scheme;
      scheme = entry;
      valid = validScheme(headers, entry);
    } else if (id == HeaderName.AUTHORITY.id()) {
      before = authority;
      authority = entry;
      valid = all(headers, entry, HOST);
    } else if (id == HeaderName.PROTOCOL.id()) {
      before = protocol;
      protocol = entry;
      valid = Fields.validValue(headers, entry);
    } else {
      return INVALID;
    }
    return valid && before < 0 ? null : INVALID;
  }

  private static boolean validMethod(HeaderMap headers, int entry) {
    byte[] text = headers.bytes();
    int start = headers.valueStart(entry);
    int end = start + headers.valueLength(entry);
    for (int i = start; i < end; i++) {
      if (Bytes.token(text[i]) == 0) {
        return false;
      }
    }
    return end > start;
  }

  private static boolean validScheme(HeaderMap headers, int entry) {
    byte[] text = headers.bytes();
    int start = headers.valueStart(entry);
    int end = start + headers.valueLength(entry);
    for (int i = start; i < end; i++) {
      int c = text[i] | 0x20;
      boolean letter = c >= 'a' && c <= 'z';
      byte b = text[i];
      if (!letter && (i == start || (b < '0' || b > '9') && b != '+' && b != '-' && b != '.')) {
        return false;
      }
    }
    return end > start;
  }

  private static boolean all(HeaderMap headers, int entry, boolean[] allowed) {
    byte[] text = headers.bytes();
    int start = headers.valueStart(entry);
    int end = start + headers.valueLength(entry);
    for (int i = start; i < end; i++) {
      if (!allowed[text[i] & 0xff]) {
        return false;
      }
    }
    return end > start;
  }

  private @Nullable String field(HeaderMap headers, int entry) {
    int id = headers.nameId(entry);
    if (id < 0) {
      return unknownField(headers, entry);
    }
    if (Http2Fields.connectionSpecific(id) || !Http2Fields.validValue(headers, entry)) {
      return INVALID_FIELD;
    }
    Http2Fields.strip(headers, entry);
    if (id == HeaderName.CONTENT_LENGTH.id()) {
      if (contentLength >= 0 || headers.valueLength(entry) == 0) {
        return INVALID;
      }
      contentLength = headers.valueAsLong(entry);
      return contentLength < 0 ? INVALID : null;
    }
    if (id == HeaderName.TE.id() && !headers.valueEqualsIgnoreCase(entry, "trailers")) {
      return INVALID_FIELD;
    }
    if (id == HeaderName.HOST.id()) {
      if (host >= 0 || !all(headers, entry, HOST)) {
        return INVALID;
      }
      host = entry;
      return null;
    }
    if (id == HeaderName.COOKIE.id()) {
      cookies++;
    } else if (joined.repeated(id)) {
      joined.joinEntry(headers, id, entry);
    }
    return null;
  }

  private @Nullable String unknownField(HeaderMap headers, int entry) {
    if (!Http2Fields.validName(headers, entry) || !Http2Fields.validValue(headers, entry)) {
      return INVALID_FIELD;
    }
    Http2Fields.strip(headers, entry);
    if (settings.underscores() != Http1Settings.Underscores.ALLOW && underscore(headers, entry)) {
      if (settings.underscores() == Http1Settings.Underscores.DROP) {
        stats.droppedUnderscores.inc();
        headers.removeEntry(entry);
      } else {
        stats.rejectedUnderscores.inc();
        refused = true;
      }
    }
    return null;
  }

  private static boolean underscore(HeaderMap headers, int entry) {
    byte[] text = headers.bytes();
    int start = headers.nameStart(entry);
    for (int i = start; i < start + headers.nameLength(entry); i++) {
      if (text[i] == '_') {
        return true;
      }
    }
    return false;
  }

  /** Whether the pseudo-headers are those that the method asks for; settles the host. */
  private boolean complete(HeaderMap headers) {
    if (host >= 0) {
      if (authority < 0) {
        headers.set(
            HeaderName.AUTHORITY,
            headers.bytes(),
            headers.valueStart(host),
            headers.valueLength(host));
        authority = host;
      }
      headers.removeEntry(host);
    }
    if (method < 0 || authority < 0) {
      return false;
    }
    boolean connect = headers.valueEquals(method, "CONNECT");
    if (connect && protocol < 0) {
      return path < 0 && scheme < 0;
    }
    if (protocol >= 0 && !(connect && settings.allowConnect())) {
      return false;
    }
    return path >= 0 && scheme >= 0 && validPath(headers);
  }

  private boolean validPath(HeaderMap headers) {
    byte first = headers.bytes()[headers.valueStart(path)];
    return first == '/' || headers.valueEquals(path, "*") && headers.valueEquals(method, "OPTIONS");
  }
}
