package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Default;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Jwt;
import io.weir.plugin.Plugin;
import io.weir.plugin.Secret;
import java.nio.charset.StandardCharsets;

/** Checks bearer tokens that are signed with HS256, and tells the upstream their subject. */
@Plugin(name = "jwt-hs256", description = "checks bearer tokens that are signed with HS256")
public final class JwtHs256 implements HttpPlugin {
  /** What can be configured. */
  public record Config(@Secret String secret, @Default("") String issuer) {}

  private final Jwt jwt;

  public JwtHs256(Config config) {
    jwt = Jwt.hs256(config.secret().getBytes(StandardCharsets.UTF_8)).issuer(config.issuer());
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    return BearerToken.check(exchange, jwt);
  }
}
