package io.weir.lua;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.LocalReply;
import org.jspecify.annotations.Nullable;

/** The local reply that a script's {@code respond} makes. */
final class ScriptReply {
  private static final byte[] NO_BODY = {};

  private ScriptReply() {}

  /**
   * @param response with a valid {@code :status}
   */
  static LocalReply of(HeaderMap response, byte @Nullable [] body) {
    int code = Integer.parseInt(String.valueOf(response.get(HeaderName.STATUS)).strip());
    byte[] bytes = body == null ? NO_BODY : body;
    response.remove(HeaderName.STATUS);
    response.remove(HeaderName.CONTENT_LENGTH);
    if (bytes.length == 0) {
      response.remove(HeaderName.CONTENT_TYPE);
    }
    return new LocalReply(code, bytes, headers -> copy(response, headers), null, "lua_response");
  }

  private static void copy(HeaderMap from, HeaderMap to) {
    String type = from.get(HeaderName.CONTENT_TYPE);
    if (type != null) {
      to.set(HeaderName.CONTENT_TYPE, type);
      from.remove(HeaderName.CONTENT_TYPE);
    }
    to.addAll(from);
  }
}
