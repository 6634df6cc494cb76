package io.weir.proxy.http.codec;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HeaderStorage;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes the header map of a parsed HTTP/1 request and decides its framing (RFC 9112 6.3). Reused
 * for each request of a codec.
 */
final class Http1RequestHead {
  /** Room in a new map for what the proxy adds. */
  private static final int SPARE_BYTES = 320;

  private static final int SPARE_ENTRIES = 12;
  private static final byte[] ROOT = {'/'};

  private final Http1Settings settings;
  private final byte[] defaultHost;
  private final ConnectionTokens connection = new ConnectionTokens();

  // Of the present request.
  HeaderMap map = new HeaderMap(0, 0);
  boolean chunked;
  long contentLength;
  boolean head;
  boolean connect;
  boolean upgrade;

  private final JoinedFields joined = JoinedFields.ofRequests();
  private boolean unknownCoding;
  private int hostField;
  private int upgradeField;
  private int connectionFields;

  Http1RequestHead(Http1Settings settings) {
    this.settings = settings;
    this.defaultHost = settings.defaultHost().getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * @return null, or why the request is refused
   */
  @Nullable CodecError build(Http1HeadParser parser, HeadScratch scratch, HeaderStorage storage) {
    byte[] text = scratch.text;
    int base = parser.methodStart;
    int length = parser.end - base;
    map = storage.newMap(length + SPARE_BYTES, scratch.fieldCount() + SPARE_ENTRIES);
    int shift = map.append(text, base, length) - base;
    chunked = false;
    contentLength = -1;
    upgrade = false;
    connectionFields = 0;
    upgradeField = -1;
    unknownCoding = false;
    joined.start();
    head = Bytes.equalsIgnoreCase(text, parser.methodStart, parser.methodLength, "head");
    connect = Bytes.equalsIgnoreCase(text, parser.methodStart, parser.methodLength, "connect");
    hostField = -1;
    CodecError error = findHost(scratch);
    if (error == null) {
      error = target(parser, scratch, shift);
    }
    if (error != null) {
      return error;
    }
    for (int f = 0; f < scratch.fieldCount() && error == null; f++) {
      if (f != hostField) {
        error = field(scratch, f, shift);
      }
    }
    if (error == null) {
      error = framing(parser);
    }
    if (error == null && connectionFields > 0) {
      error = connection();
    }
    if (connect) {
      upgrade = true;
    }
    return error;
  }

  private @Nullable CodecError findHost(HeadScratch scratch) {
    for (int f = 0; f < scratch.fieldCount(); f++) {
      if (scratch.nameLength(f) == 4
          && Bytes.equalsIgnoreCase(scratch.text, scratch.nameStart(f), 4, "host")) {
        if (hostField >= 0) {
          return CodecError.SYNTAX;
        }
        hostField = f;
        if (!validAuthority(scratch.text, scratch.valueStart(f), scratch.valueLength(f))) {
          return CodecError.INVALID_AUTHORITY;
        }
      }
    }
    return null;
  }

  /**
   * Adds the pseudo-headers in Envoy's order. {@code :scheme} is empty unless the target names one:
   * the connection manager fills it in.
   */
  private @Nullable CodecError target(Http1HeadParser parser, HeadScratch scratch, int shift) {
    byte[] text = scratch.text;
    int start = parser.targetStart;
    int end = start + parser.targetLength;
    if (connect) {
      if (!validAuthority(text, start, end - start) || !Targets.hasPort(text, start, end, true)) {
        return CodecError.INVALID_URL;
      }
      map.addRange(HeaderName.AUTHORITY, start + shift, end - start);
      map.addRange(HeaderName.METHOD, parser.methodStart + shift, parser.methodLength);
      map.add(HeaderName.SCHEME, "");
      return null;
    }
    String ofScheme = "";
    int absolute =
        text[start] == '/' || !settings.absoluteUrls()
            ? 0
            : Targets.absoluteScheme(text, start, end - start);
    if (absolute > 0) {
      int hostEnd = Targets.hostEnd(text, start + absolute, end);
      int hostStart = Targets.afterUserInfo(text, start + absolute, hostEnd);
      int hostLength = hostEnd - hostStart;
      if (hostLength == 0
          || !validAuthority(text, hostStart, hostLength)
          || contains(text, hostStart, hostLength, '%')
          || !Targets.hasPort(text, hostStart, hostEnd, false)) {
        return CodecError.INVALID_URL;
      }
      map.addRange(HeaderName.AUTHORITY, hostStart + shift, hostLength);
      ofScheme = absolute == 8 ? "https" : "http";
      start = hostEnd;
    } else if (hostField >= 0) {
      map.addRange(
          HeaderName.AUTHORITY,
          scratch.valueStart(hostField) + shift,
          scratch.valueLength(hostField));
    } else if (parser.http10 && defaultHost.length > 0) {
      map.add(HeaderName.AUTHORITY, defaultHost, 0, defaultHost.length);
    }
    if (start == end) {
      map.add(HeaderName.PATH, ROOT, 0, 1);
    } else {
      // What does not begin with a slash is refused by the connection manager.
      map.addRange(HeaderName.PATH, start + shift, end - start);
    }
    map.addRange(HeaderName.METHOD, parser.methodStart + shift, parser.methodLength);
    map.add(HeaderName.SCHEME, ofScheme);
    return null;
  }

  private @Nullable CodecError field(HeadScratch scratch, int f, int shift) {
    int nameStart = scratch.nameStart(f) + shift;
    int nameLength = scratch.nameLength(f);
    int valueStart = scratch.valueStart(f) + shift;
    int valueLength = scratch.valueLength(f);
    int id;
    if (settings.headerCase() == Http1Settings.HeaderCase.PRESERVE) {
      map.addRange(nameStart, nameLength, valueStart, valueLength);
      id = map.nameId(map.last());
    } else {
      id = map.addParsed(nameStart, nameLength, valueStart, valueLength, nameStart);
    }
    if (id < 0) {
      return null;
    }
    boolean repeated = joined.repeated(id);
    if (id == HeaderName.CONTENT_LENGTH.id()) {
      if (repeated) {
        return CodecError.SYNTAX;
      }
      contentLength = map.valueAsLong(map.last());
      return contentLength < 0 ? CodecError.SYNTAX : null;
    }
    if (id == HeaderName.TRANSFER_ENCODING.id()) {
      chunked = true;
      unknownCoding |= repeated || !map.valueEqualsIgnoreCase(map.last(), "chunked");
      return null;
    }
    if (id == HeaderName.CONNECTION.id()) {
      connectionFields++;
    } else if (id == HeaderName.UPGRADE.id()) {
      upgradeField = map.last();
    }
    if (repeated) {
      joined.join(map, id);
    }
    return null;
  }

  private @Nullable CodecError framing(Http1HeadParser parser) {
    if (chunked && (contentLength >= 0 || parser.http10)) {
      return CodecError.LENGTH_AND_CHUNKED;
    }
    if (unknownCoding) {
      return CodecError.TRANSFER_ENCODING;
    }
    if (connect) {
      if (chunked) {
        return CodecError.CHUNKED_NOT_ALLOWED;
      }
      if (contentLength > 0) {
        return CodecError.BODY_DISALLOWED;
      }
    }
    return null;
  }

  /** Drops what Connection names, and finds out about upgrades. */
  private @Nullable CodecError connection() {
    if (!connection.dropNamedFields(map)) {
      return CodecError.CONNECTION_HEADER;
    }
    if (upgradeField >= 0 && connection.upgrade()) {
      if (map.valueEqualsIgnoreCase(upgradeField, "h2c")) {
        map.removeEntry(upgradeField);
        map.remove(HeaderName.HTTP2_SETTINGS);
      } else {
        upgrade = true;
      }
    }
    return null;
  }

  private static boolean validAuthority(byte[] text, int start, int length) {
    for (int i = start; i < start + length; i++) {
      if (!Bytes.AUTHORITY[text[i] & 0xff]) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(byte[] text, int start, int length, char sought) {
    for (int i = start; i < start + length; i++) {
      if (text[i] == sought) {
        return true;
      }
    }
    return false;
  }
}
