package io.weir.proxy.filter.basicauth;

import io.weir.filter.Counter;
import io.weir.filter.Value;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.proxy.matcher.StrictBase64;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lets requests of known users through. */
final class BasicAuthFilter implements HttpFilter {
  private static final HeaderName AUTHENTICATE = HeaderName.of("www-authenticate");
  private static final String SCHEME = "Basic ";
  private static final int MOST_PATH = 256;

  private final HttpFilterCallbacks callbacks;
  private final BasicAuthSettings settings;
  private final Counter allowed;
  private final Counter denied;

  BasicAuthFilter(
      HttpFilterCallbacks callbacks, BasicAuthSettings settings, Counter allowed, Counter denied) {
    this.callbacks = callbacks;
    this.settings = settings;
    this.allowed = allowed;
    this.denied = denied;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    String credentials = headers.getJoined(settings.header());
    boolean basic = credentials != null && credentials.startsWith(SCHEME);
    if (credentials == null || !basic) {
      if (settings.allowMissing()) {
        return FilterHeadersStatus.CONTINUE;
      }
      return credentials == null
          ? deny(headers, "Missing username and password.", "no_credential_for_basic_auth")
          : deny(
              headers, "Expected 'Basic' authentication scheme.", "invalid_scheme_for_basic_auth");
    }
    byte[] decoded = StrictBase64.decode(credentials.substring(SCHEME.length()));
    String pair = decoded == null ? "" : new String(decoded, StandardCharsets.ISO_8859_1);
    int colon = pair.indexOf(':');
    if (colon < 0) {
      return deny(headers, "Invalid basic credential format.", "invalid_format_for_basic_auth");
    }
    String user = pair.substring(0, colon);
    if (!users().accepts(utf8(user), pair.substring(colon + 1))) {
      return deny(
          headers, "Invalid username/password combination.", "invalid_credential_for_basic_auth");
    }
    admit(headers, user);
    return FilterHeadersStatus.CONTINUE;
  }

  private @Nullable RouteUsers route() {
    return callbacks.routeConfig() instanceof RouteUsers route ? route : null;
  }

  private Users users() {
    RouteUsers route = route();
    return route == null ? settings.users() : route.users();
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private void admit(HeaderMap headers, String user) {
    allowed.inc();
    HeaderName forward = settings.forward();
    if (forward != null) {
      headers.set(forward, user);
    }
    if (settings.emitMetadata()) {
      callbacks
          .streamInfo()
          .dynamicMetadata()
          .set(callbacks.filterConfigName(), "username", Value.of(utf8(user)));
    }
  }

  private FilterHeadersStatus deny(HeaderMap headers, String why, String details) {
    denied.inc();
    String challenge = "Basic realm=\"" + realm(headers) + "\"";
    byte[] body = ("User authentication failed. " + why).getBytes(StandardCharsets.US_ASCII);
    callbacks.sendLocalReply(
        new LocalReply(401, body, reply -> reply.set(AUTHENTICATE, challenge), null, details));
    return FilterHeadersStatus.STOP_ITERATION;
  }

  private String realm(HeaderMap headers) {
    RouteUsers route = route();
    String named = route == null || route.realm().isEmpty() ? settings.realm() : route.realm();
    if (!named.isEmpty()) {
      return named.replace("\\", "\\\\").replace("\"", "\\\"");
    }
    String path = text(headers, HeaderName.PATH);
    return text(headers, HeaderName.SCHEME)
        + "://"
        + text(headers, HeaderName.AUTHORITY)
        + path.substring(0, Math.min(path.length(), MOST_PATH));
  }

  private static String text(HeaderMap headers, HeaderName name) {
    String value = headers.get(name);
    return value == null ? "" : value;
  }
}
