package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Default;
import io.weir.plugin.Doc;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Jwt;
import io.weir.plugin.Plugin;
import io.weir.plugin.Range;

/** Checks bearer tokens that are signed with RS256 or ES256 by one of a set of public keys. */
@Plugin(name = "jwt-jwks", description = "checks bearer tokens that are signed with RS256 or ES256")
public final class JwtJwks implements HttpPlugin {
  /** What can be configured. */
  public record Config(
      @Doc("A JSON Web Key Set (RFC 7517) as text") String jwks,
      @Default("") String issuer,
      @Default("") String audience,
      @Range(min = 0, max = 600) @Default("0") int leewaySeconds) {}

  private final Jwt jwt;

  public JwtJwks(Config config) {
    jwt =
        Jwt.jwks(config.jwks())
            .issuer(config.issuer())
            .audience(config.audience())
            .leeway(config.leewaySeconds());
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    return BearerToken.check(exchange, jwt);
  }
}
