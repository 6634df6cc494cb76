package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.Jwt;
import org.jspecify.annotations.Nullable;

/** A request's bearer token (RFC 6750), checked. */
final class BearerToken {
  private static final String SCHEME = "bearer ";

  private BearerToken() {}

  /** Lets the request on with {@code x-jwt-subject}, or answers 401. */
  static Action check(HttpExchange exchange, Jwt jwt) {
    exchange.requestHeaders().remove("x-jwt-subject");
    String authorization = exchange.requestHeaders().first("authorization");
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return refuse(exchange, "no bearer token");
    }
    Jwt.Result token = jwt.check(authorization.substring(SCHEME.length()).trim());
    Jwt.@Nullable Failure failure = token.failure();
    if (failure != null) {
      return refuse(exchange, reason(failure));
    }
    String subject = token.text("sub");
    if (subject != null) {
      exchange.requestHeaders().set("x-jwt-subject", subject);
    }
    return Action.CONTINUE;
  }

  private static String reason(Jwt.Failure failure) {
    return switch (failure) {
      case MALFORMED, UNKNOWN_KEY, WRONG_SIGNATURE -> "the token's signature is not valid";
      case EXPIRED -> "the token has expired";
      case NOT_YET_VALID -> "the token is not valid yet";
      case WRONG_ISSUER -> "the token is of another issuer";
      case WRONG_AUDIENCE -> "the token is meant for another service";
    };
  }

  private static Action refuse(HttpExchange exchange, String reason) {
    return exchange.reply(401, reason, "www-authenticate", "Bearer error=\"invalid_token\"");
  }
}
