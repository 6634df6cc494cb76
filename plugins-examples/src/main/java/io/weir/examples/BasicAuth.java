package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Base64;
import io.weir.plugin.ConfigurationException;
import io.weir.plugin.Default;
import io.weir.plugin.Doc;
import io.weir.plugin.Hex;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import io.weir.plugin.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * HTTP basic authentication (RFC 7617). Configuration: {@code {"realm": "weir", "users": {"name":
 * "<sha256 of the password in hex>"}}}.
 */
@Plugin(name = "basic-auth", description = "HTTP basic authentication")
public final class BasicAuth implements HttpPlugin {
  /** What can be configured. */
  public record Config(
      @Default("weir") String realm,
      @Doc("The SHA-256 of each user's password, in hex, by name") Map<String, String> users) {}

  private final String realm;
  private final Map<String, String> users;

  public BasicAuth(Config config) {
    realm = config.realm();
    users = config.users();
    if (users.isEmpty()) {
      throw new ConfigurationException("/users is empty: nobody could get in");
    }
  }

  private static final String SCHEME = "basic ";

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    String user = user(exchange.requestHeaders().first("authorization"));
    if (user == null) {
      return exchange.reply(
          401, "authentication needed", "www-authenticate", "Basic realm=\"" + realm + "\"");
    }
    exchange.requestHeaders().set("x-user", user);
    return Action.CONTINUE;
  }

  /** The name of whom the credentials prove, or null. */
  private @Nullable String user(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    byte[] decoded = Base64.decode(authorization.substring(SCHEME.length()).trim());
    String credentials = decoded == null ? "" : new String(decoded, StandardCharsets.UTF_8);
    int colon = credentials.indexOf(':');
    if (colon < 0) {
      return null;
    }
    String name = credentials.substring(0, colon);
    String expected = users.get(name);
    byte[] password = credentials.substring(colon + 1).getBytes(StandardCharsets.UTF_8);
    String found = Hex.encode(Sha256.digest(password));
    return expected != null && same(expected, found) ? name : null;
  }

  private static boolean same(String expected, String found) {
    return Sha256.same(
        expected.getBytes(StandardCharsets.UTF_8), found.getBytes(StandardCharsets.UTF_8));
  }
}
