package io.weir.proxy.filter.extauthz;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the service is asked. */
record CheckRequest(HeaderMap headers, byte[] body) {
  private static final HeaderName PARTIAL = HeaderName.of("x-envoy-auth-partial-body");
  private static final HeaderName INTERNAL = HeaderName.of("x-envoy-internal");
  private static final byte[] NO_BODY = {};

  /**
   * @param buffered the body so far, null when none goes along
   * @param limit how much of it goes along, null for none
   * @param complete whether {@code buffered} is the whole body
   */
  static CheckRequest of(
      HttpAuthz settings,
      HeaderMap request,
      @Nullable Buffer buffered,
      AuthzSettings.@Nullable BodyLimit limit,
      boolean complete) {
    var headers = new HeaderMap();
    for (int e = request.first(); e >= 0; e = request.next(e)) {
      boolean length = request.name(e).equals("content-length");
      if (!length
          && settings.toService().has(request, e)
          && !settings.notToService().has(request, e)) {
        headers.add(request.name(e), request.value(e));
      }
    }
    byte[] body = NO_BODY;
    if (limit != null) {
      byte[] all = buffered == null ? NO_BODY : buffered.toByteArray();
      boolean cut = all.length > limit.maxBytes();
      body = cut ? Arrays.copyOf(all, limit.maxBytes()) : all;
      headers.set(PARTIAL, Boolean.toString(cut || !complete));
    }
    String path = headers.get(HeaderName.PATH);
    headers.set(HeaderName.PATH, settings.pathPrefix() + (path == null ? "" : path));
    headers.set(HeaderName.CONTENT_LENGTH, body.length);
    headers.set(INTERNAL, "true");
    for (int i = 0; i < settings.added().size(); i++) {
      HttpAuthz.AddedHeader added = settings.added().get(i);
      headers.set(added.name(), added.value());
    }
    return new CheckRequest(headers, body);
  }
}
