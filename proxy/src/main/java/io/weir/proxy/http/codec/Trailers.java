package io.weir.proxy.http.codec;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import org.jspecify.annotations.Nullable;

/** Trailer sections of HTTP/1 messages (RFC 9110 6.5). */
final class Trailers {
  private Trailers() {}

  /**
   * The parsed trailers as a map.
   *
   * @return null when one of them belongs into a head, where it would change the message's framing
   *     or routing
   */
  static @Nullable HeaderMap read(Http1HeadParser parser, HeadScratch scratch) {
    var map = new HeaderMap(parser.end + 64, scratch.fieldCount() + 4);
    map.append(scratch.text, 0, parser.end);
    for (int f = 0; f < scratch.fieldCount(); f++) {
      map.addRange(
          scratch.nameStart(f),
          scratch.nameLength(f),
          scratch.valueStart(f),
          scratch.valueLength(f));
      if (forbidden(map.nameId(map.last()))) {
        return null;
      }
    }
    return map;
  }

  private static boolean forbidden(int id) {
    return id == HeaderName.CONTENT_LENGTH.id()
        || id == HeaderName.TRANSFER_ENCODING.id()
        || id == HeaderName.HOST.id()
        || id == HeaderName.CONNECTION.id()
        || id == HeaderName.UPGRADE.id()
        || id == HeaderName.TE.id()
        || id == HeaderName.TRAILER.id();
  }
}
