package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Default;
import io.weir.plugin.Doc;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import io.weir.plugin.Range;
import io.weir.plugin.Sha256;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Marks a share of the users for the next version, the same users every time: by a cookie that
 * chooses, else by the hash of a header. Routes match on the mark. Configuration: {@code {"cookie":
 * "canary", "user_header": "x-user", "percent": 10}}.
 */
@Plugin(name = "canary-by-cookie", description = "marks a share of the users for the next version")
public final class CanaryByCookie implements HttpPlugin {
  /** What can be configured. */
  public record Config(
      @Default("canary") String cookie,
      @Doc("The header that tells users apart") @Default("x-user") String userHeader,
      @Range(min = 0, max = 100) @Default("10") int percent) {}

  private final String cookie;
  private final String userHeader;
  private final int percent;

  public CanaryByCookie(Config config) {
    cookie = config.cookie();
    userHeader = config.userHeader();
    percent = config.percent();
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    String chosen = value(exchange.requestHeaders().first("cookie"));
    String user = exchange.requestHeaders().first(userHeader);
    boolean canary =
        chosen != null ? chosen.equals("always") : user != null && bucket(user) < percent;
    exchange.requestHeaders().set("x-canary", canary ? "true" : "false");
    return Action.CONTINUE;
  }

  private static int bucket(String user) {
    byte[] digest = Sha256.digest(user.getBytes(StandardCharsets.UTF_8));
    return ((digest[0] & 0xff) << 8 | digest[1] & 0xff) % 100;
  }

  /** The cookie's value, or null. */
  private @Nullable String value(@Nullable String cookies) {
    if (cookies == null) {
      return null;
    }
    for (int at = 0; at < cookies.length(); ) {
      int semicolon = cookies.indexOf(';', at);
      int end = semicolon < 0 ? cookies.length() : semicolon;
      int equals = cookies.indexOf('=', at);
      if (equals >= 0 && equals < end && cookies.substring(at, equals).trim().equals(cookie)) {
        return cookies.substring(equals + 1, end).trim();
      }
      at = end + 1;
    }
    return null;
  }
}
