package io.weir.proxy.router;

import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.filter.log.AccessLogger.AccessLogType;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.FormatOutput;
import java.nio.charset.StandardCharsets;

/** Answers of routes that do not forward. */
final class DirectReplies {
  private static final byte[] NO_BODY = {};

  private DirectReplies() {}

  static void send(
      ResolvedRoute route, HeaderMap request, HttpFilterCallbacks callbacks, RouterStats stats) {
    StreamInfo info = callbacks.streamInfo();
    stats.direct().inc();
    switch (route.entry().action()) {
      case DirectResponse response -> {
        byte[] body = body(response, request, info);
        String type = response.format() == null ? null : response.format().contentType();
        send(
            route,
            request,
            callbacks,
            response.status(),
            body,
            headers -> {
              if (type != null && body.length > 0) {
                headers.set(HeaderName.CONTENT_TYPE, type);
              }
              // RFC 9110, 15.3.2: what was created is where the request went; likewise redirects.
              if (response.status() == 201 || response.status() / 100 == 3) {
                headers.set(
                    HeaderName.LOCATION,
                    RedirectAction.UNCHANGED.location(request, route.entry().condition().path()));
              }
            });
      }
      case RedirectAction redirect -> {
        String location = redirect.location(request, route.entry().condition().path());
        send(
            route,
            request,
            callbacks,
            redirect.code(),
            NO_BODY,
            headers -> headers.set(HeaderName.LOCATION, location));
      }
      case ForwardAction _ -> throw new IllegalStateException("a route that forwards");
    }
  }

  private interface Edit {
    void apply(HeaderMap headers);
  }

  private static void send(
      ResolvedRoute route,
      HeaderMap request,
      HttpFilterCallbacks callbacks,
      int code,
      byte[] body,
      Edit edit) {
    StreamInfo info = callbacks.streamInfo();
    callbacks.sendLocalReply(
        new LocalReply(
            code,
            body,
            headers -> {
              edit.apply(headers);
              route.finalizeResponse(request, headers, info);
            },
            null,
            "direct_response"));
  }

  private static byte[] body(DirectResponse response, HeaderMap request, StreamInfo info) {
    if (response.format() == null) {
      return response.body();
    }
    var out = new FormatOutput();
    String body = new String(response.body(), StandardCharsets.UTF_8);
    response
        .format()
        .format(new FormatContext(request, null, null, info, body, AccessLogType.NotSet), out);
    return out.toByteArray();
  }
}
