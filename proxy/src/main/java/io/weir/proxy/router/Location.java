package io.weir.proxy.router;

import org.jspecify.annotations.Nullable;

/**
 * The parts of an absolute {@code Location} as a request names them.
 *
 * @param tls whether the scheme is not http
 * @param path with the query, without the fragment; what has no path but a query matches no route
 */
record Location(String scheme, String authority, String path, boolean tls) {

  /** Null for what cannot be requested: relative references and texts that are no URL. */
  static @Nullable Location parse(String text) {
    int colon = text.indexOf("://");
    if (colon <= 0) {
      return null;
    }
    String scheme = text.substring(0, colon);
    int start = colon + 3;
    int end = start;
    while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    start = Math.max(start, text.lastIndexOf('@', end) + 1);
    String authority = text.substring(start, end);
    if (!validAuthority(authority) || !visible(text)) {
      return null;
    }
    int fragment = text.indexOf('#', end);
    String rest = text.substring(end, fragment < 0 ? text.length() : fragment);
    return new Location(
        scheme, authority, rest.isEmpty() ? "/" : rest, !scheme.equalsIgnoreCase("http"));
  }

  /** Whether the scheme is one that can be forwarded. */
  boolean known() {
    return scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
  }

  private static boolean validAuthority(String authority) {
    int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
    for (int i = colon + 1; colon >= 0 && i < authority.length(); i++) {
      if (authority.charAt(i) < '0' || authority.charAt(i) > '9') {
        return false;
      }
    }
    return !authority.isEmpty() && colon != 0;
  }

  private static boolean visible(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }
}
