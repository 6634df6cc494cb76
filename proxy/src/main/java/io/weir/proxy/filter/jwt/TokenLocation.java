package io.weir.proxy.filter.jwt;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.matcher.Cookies;
import io.weir.proxy.matcher.QueryParameters;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Where a token stands in a request. */
sealed interface TokenLocation {

  /** Adds the tokens that stand there. */
  void find(HeaderMap headers, List<String> to);

  /** Takes the token out of the request. */
  void remove(HeaderMap headers);

  /**
   * A header.
   *
   * @param prefix what stands before the token, {@code "Bearer "}
   */
  record InHeader(HeaderName name, String prefix) implements TokenLocation {
    @Override
    public void find(HeaderMap headers, List<String> to) {
      String value = headers.getJoined(name);
      if (value == null) {
        return;
      }
      int at = value.indexOf(prefix);
      if (at < 0) {
        return;
      }
      int start = at + prefix.length();
      while (start < value.length() && !tokenCharacter(value.charAt(start))) {
        start++;
      }
      int end = start;
      while (end < value.length() && tokenCharacter(value.charAt(end))) {
        end++;
      }
      if (prefix.isEmpty()) {
        to.add(value);
      } else if (end > start) {
        to.add(value.substring(start, end));
      }
    }

    private static boolean tokenCharacter(char c) {
      return c == '.'
          || c == '-'
          || c == '_'
          || c == '='
          || c == '+'
          || c == '/'
          || c >= '0' && c <= '9'
          || c >= 'A' && c <= 'Z'
          || c >= 'a' && c <= 'z';
    }

    @Override
    public void remove(HeaderMap headers) {
      headers.remove(name);
    }
  }

  /** A query parameter. */
  record InQuery(String name) implements TokenLocation {
    @Override
    public void find(HeaderMap headers, List<String> to) {
      int path = headers.find(HeaderName.PATH);
      if (path < 0) {
        return;
      }
      int start = headers.valueStart(path);
      int end = start + headers.valueLength(path);
      byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
      long found = QueryParameters.find(headers.bytes(), start, end, wanted);
      if (found >= 0) {
        String value =
            new String(
                headers.bytes(), (int) (found >> 32), (int) found, StandardCharsets.ISO_8859_1);
        to.add(decode(value));
      }
    }

    private static String decode(String value) {
      try {
        return URLDecoder.decode(value, StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return value;
      }
    }

    @Override
    public void remove(HeaderMap headers) {
      String path = headers.get(HeaderName.PATH);
      int mark = path == null ? -1 : path.indexOf('?');
      if (path == null || mark < 0) {
        return;
      }
      var kept = new StringBuilder(path.length()).append(path, 0, mark);
      char separator = '?';
      for (String part : path.substring(mark + 1).split("&")) {
        int equals = part.indexOf('=');
        if (!part.substring(0, equals < 0 ? part.length() : equals).equals(name)) {
          kept.append(separator).append(part);
          separator = '&';
        }
      }
      headers.set(HeaderName.PATH, kept.toString());
    }
  }

  /** A cookie; it stays in the request, as in Envoy. */
  record InCookie(String name) implements TokenLocation {
    @Override
    public void find(HeaderMap headers, List<String> to) {
      String value = Cookies.get(headers, name);
      if (value != null && !value.isEmpty()) {
        to.add(value);
      }
    }

    @Override
    public void remove(HeaderMap headers) {}
  }
}
