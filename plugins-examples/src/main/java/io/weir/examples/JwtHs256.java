package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Base64;
import io.weir.plugin.ConfigurationException;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Json;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.Settings;
import io.weir.plugin.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks bearer tokens that are signed with HS256 (RFC 7515, 7519) and tells the upstream their
 * subject. Configuration: {@code {"secret": "...", "issuer": "https://..."}}; the issuer is
 * optional.
 */
@Plugin(name = "jwt-hs256", description = "checks bearer tokens that are signed with HS256")
public final class JwtHs256 implements HttpPlugin {
  private static final String SCHEME = "bearer ";

  private byte[] secret = new byte[0];
  private String issuer = "";

  @Override
  public void start(PluginContext context) {
    Settings settings = Settings.of(context);
    secret = settings.text("secret").getBytes(StandardCharsets.UTF_8);
    issuer = settings.text("issuer", "");
    settings.done();
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    exchange.requestHeaders().remove("x-jwt-subject");
    String authorization = exchange.requestHeaders().first("authorization");
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return refuse(exchange, "no bearer token");
    }
    Map<String, @Nullable Object> claims = claims(authorization.substring(SCHEME.length()).trim());
    if (claims == null) {
      return refuse(exchange, "the token's signature is not valid");
    }
    if (claims.get("exp") instanceof Number expiry
        && expiry.longValue() <= System.currentTimeMillis() / 1000) {
      return refuse(exchange, "the token has expired");
    }
    if (!issuer.isEmpty() && !issuer.equals(claims.get("iss"))) {
      return refuse(exchange, "the token is of another issuer");
    }
    if (claims.get("sub") instanceof String subject) {
      exchange.requestHeaders().set("x-jwt-subject", subject);
    }
    return Action.CONTINUE;
  }

  private static Action refuse(HttpExchange exchange, String reason) {
    return exchange.reply(401, reason, "www-authenticate", "Bearer error=\"invalid_token\"");
  }

  /** The claims of a token whose signature is right, or null. */
  private @Nullable Map<String, @Nullable Object> claims(String token) {
    int first = token.indexOf('.');
    int last = token.lastIndexOf('.');
    if (first < 0 || first == last) {
      return null;
    }
    byte[] header = Base64.decode(token.substring(0, first));
    byte[] payload = Base64.decode(token.substring(first + 1, last));
    byte[] signature = Base64.decode(token.substring(last + 1));
    if (header == null || payload == null || signature == null) {
      return null;
    }
    try {
      if (!"HS256".equals(Json.parseObject(text(header)).get("alg"))) {
        return null;
      }
      byte[] signed = token.substring(0, last).getBytes(StandardCharsets.UTF_8);
      return Sha256.same(Sha256.hmac(secret, signed), signature)
          ? Json.parseObject(text(payload))
          : null;
    } catch (ConfigurationException e) {
      return null;
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
