package io.weir.proxy.router;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * {@code redirect}: answers with a location made from the request. Immutable. Empty strings and
 * null mean "as in the request".
 *
 * @param port 0 to leave it unless it is the old scheme's own, −1 to leave it whatever it is
 */
record RedirectAction(
    boolean https,
    String scheme,
    String host,
    int port,
    String path,
    @Nullable PathRewrite rewrite,
    int code,
    boolean stripQuery)
    implements RouteAction {
  /** {@code require_tls}: to the same host and port, whatever the port is. */
  static final RedirectAction TO_TLS = new RedirectAction(true, "", "", -1, "", null, 301, false);

  /** Leads to where the request went. */
  static final RedirectAction UNCHANGED = new RedirectAction(false, "", "", 0, "", null, 0, false);

  /** The value of {@code location}. */
  String location(HeaderMap headers, PathMatch match) {
    String requestScheme = orEmpty(headers.get(HeaderName.X_FORWARDED_PROTO));
    if (requestScheme.isEmpty()) {
      requestScheme = orEmpty(headers.get(HeaderName.SCHEME));
    }
    String newScheme = https ? "https" : scheme.isEmpty() ? requestScheme : scheme;
    String authority = orEmpty(headers.get(HeaderName.AUTHORITY));
    String newPath = path(orEmpty(headers.get(HeaderName.PATH)), match);
    return newScheme
        + "://"
        + authority(authority, requestScheme, newScheme)
        + (newPath.startsWith("/") ? newPath : "/" + newPath);
  }

  private String authority(String authority, String from, String to) {
    if (port < 0) {
      return authority;
    }
    int colon = portColon(authority);
    String requestHost = colon < 0 ? authority : authority.substring(0, colon);
    String requestPort = colon < 0 ? "" : authority.substring(colon);
    String newHost = host.isEmpty() ? requestHost : host;
    if (port != 0) {
      return newHost + ":" + port;
    }
    if (!host.isEmpty()) {
      return newHost;
    }
    boolean defaultOfOld =
        from.equals("http") && requestPort.equals(":80")
            || from.equals("https") && requestPort.equals(":443");
    return (https || !scheme.isEmpty()) && defaultOfOld && !from.equals(to)
        ? newHost
        : newHost + requestPort;
  }

  private String path(String requestPath, PathMatch match) {
    int end = PathRewrite.pathEnd(requestPath);
    if (!path.isEmpty()) {
      // A path that brings its own query replaces the request's.
      boolean keepQuery = !stripQuery && path.indexOf('?') < 0;
      int query = requestPath.indexOf('?');
      return keepQuery && query >= 0 ? path + requestPath.substring(query) : path;
    }
    String made = rewrite == null ? requestPath : rewrite.rewrite(requestPath, match);
    if (made == null) {
      made = requestPath;
    }
    return stripQuery && end < requestPath.length()
        ? made.substring(0, PathRewrite.pathEnd(made))
        : made;
  }

  private static int portColon(String authority) {
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? colon : -1;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
