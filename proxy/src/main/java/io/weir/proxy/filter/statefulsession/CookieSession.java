package io.weir.proxy.filter.statefulsession;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.type.http.v3.Cookie;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.matcher.Cookies;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session in a cookie: the host and when the session ends, as the message {@code envoy.Cookie} in
 * Base64.
 *
 * @param suffix the cookie's attributes, as they follow its value
 */
record CookieSession(String name, String path, long ttlSeconds, String suffix)
    implements SessionState.Reader {
  static CookieSession of(Cookie cookie, FactoryContext context) {
    long ttl = cookie.getTtl().getSeconds();
    var suffix = new StringBuilder();
    if (ttl > 0) {
      suffix.append("; Max-Age=").append(ttl);
    }
    if (!cookie.getPath().isEmpty()) {
      suffix.append("; Path=").append(cookie.getPath());
    }
    if (context.field(cookie, "attributes") instanceof List<?> attributes) {
      for (Object attribute : attributes) {
        if (attribute instanceof Message pair) {
          suffix.append("; ").append(context.field(pair, "name"));
          if (context.field(pair, "value") instanceof String value && !value.isEmpty()) {
            suffix.append('=').append(value);
          }
        }
      }
    }
    suffix.append("; HttpOnly");
    return new CookieSession(cookie.getName(), cookie.getPath(), ttl, suffix.toString());
  }

  @Override
  public @Nullable SessionState read(HeaderMap request, long wallMillis) {
    return covers(request.get(HeaderName.PATH))
        ? new Found(address(request, wallMillis), wallMillis)
        : null;
  }

  private boolean covers(@Nullable String requested) {
    if (path.isEmpty() || path.equals("/")) {
      return true;
    }
    if (requested == null || !requested.startsWith(path)) {
      return false;
    }
    if (path.endsWith("/") || requested.length() == path.length()) {
      return true;
    }
    char next = requested.charAt(path.length());
    return next == '/' || next == '?' || next == '#';
  }

  private @Nullable String address(HeaderMap request, long wallMillis) {
    String value = Cookies.get(request, name);
    byte[] decoded = value == null ? null : Base64Text.decode(value);
    if (decoded == null || decoded.length == 0) {
      return null;
    }
    SessionCookie cookie = SessionCookie.parse(decoded);
    if (cookie == null) {
      // Proxies of before the message put the bare address there.
      return new String(decoded, StandardCharsets.ISO_8859_1);
    }
    boolean over = cookie.expires() != 0 && cookie.expires() < wallMillis / 1_000;
    return cookie.address().isEmpty() || over ? null : cookie.address();
  }

  private final class Found implements SessionState {
    private final @Nullable String address;
    private final long wallMillis;

    Found(@Nullable String address, long wallMillis) {
      this.address = address;
      this.wallMillis = wallMillis;
    }

    @Override
    public @Nullable String address() {
      return address;
    }

    @Override
    public void tell(String host, HeaderMap response) {
      if (!host.equals(address)) {
        String value = encode(host, wallMillis / 1_000);
        response.add(HeaderName.SET_COOKIE, name + "=\"" + value + "\"" + suffix);
      }
    }
  }

  private String encode(String host, long now) {
    var cookie = new SessionCookie(host, ttlSeconds > 0 ? now + ttlSeconds : 0);
    return Base64.getEncoder().encodeToString(SessionCookie.serialize(cookie));
  }
}
