package io.weir.plugin;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks JSON Web Tokens (RFC 7515, 7518, 7519): HS256, RS256 and ES256. The algorithm is the
 * key's, never the token's own choice.
 */
public final class Jwt {
  /** Why a token was refused. */
  public enum Failure {
    MALFORMED,
    UNKNOWN_KEY,
    WRONG_SIGNATURE,
    EXPIRED,
    NOT_YET_VALID,
    WRONG_ISSUER,
    WRONG_AUDIENCE
  }

  /**
   * A checked token.
   *
   * @param claims its payload
   * @param failure null when it may be trusted
   */
  public record Result(Map<String, @Nullable Object> claims, @Nullable Failure failure) {
    /** A claim that is a text, or null. */
    public @Nullable String text(String claim) {
      return claims.get(claim) instanceof String text ? text : null;
    }

    static Result of(Failure failure) {
      return new Result(Map.of(), failure);
    }
  }

  private sealed interface Key {
    boolean verify(byte[] signed, byte[] signature);
  }

  private record Hs256(byte[] secret) implements Key {
    @Override
    public boolean verify(byte[] signed, byte[] signature) {
      return Sha256.same(Sha256.hmac(secret, signed), signature);
    }
  }

  private record Rs256(BigInteger modulus, BigInteger exponent) implements Key {
    @Override
    public boolean verify(byte[] signed, byte[] signature) {
      return Rsa.verify(modulus, exponent, signed, signature);
    }
  }

  private record Es256(BigInteger x, BigInteger y) implements Key {
    @Override
    public boolean verify(byte[] signed, byte[] signature) {
      return P256.verify(x, y, signed, signature);
    }
  }

  private record Named(@Nullable String id, String algorithm, Key key) {}

  private final List<Named> keys = new ArrayList<>();
  private String issuer = "";
  private String audience = "";
  private long leewaySeconds;

  /** A checker with one shared secret, for HS256. */
  public static Jwt hs256(byte[] secret) {
    var jwt = new Jwt();
    jwt.keys.add(new Named(null, "HS256", new Hs256(secret.clone())));
    return jwt;
  }

  /**
   * A checker with the keys of a JSON Web Key Set (RFC 7517). Keys of other kinds are left out.
   *
   * @throws ConfigurationException when it is no key set, or has no key that can be used
   */
  public static Jwt jwks(String json) {
    var jwt = new Jwt();
    if (!(Json.parseObject(json).get("keys") instanceof List<?> list)) {
      throw new ConfigurationException("a key set has a list /keys");
    }
    for (Object item : list) {
      if (item instanceof Map<?, ?> key) {
        jwt.add(key);
      }
    }
    if (jwt.keys.isEmpty()) {
      throw new ConfigurationException("/keys has no key for HS256, RS256 or ES256");
    }
    return jwt;
  }

  private void add(Map<?, ?> key) {
    String id = key.get("kid") instanceof String text ? text : null;
    Object kind = key.get("kty");
    if ("oct".equals(kind)) {
      byte[] secret = bytes(key, "k");
      if (secret != null) {
        keys.add(new Named(id, "HS256", new Hs256(secret)));
      }
    } else if ("RSA".equals(kind)) {
      byte[] modulus = bytes(key, "n");
      byte[] exponent = bytes(key, "e");
      if (modulus != null && exponent != null) {
        keys.add(
            new Named(
                id, "RS256", new Rs256(new BigInteger(1, modulus), new BigInteger(1, exponent))));
      }
    } else if ("EC".equals(kind) && "P-256".equals(key.get("crv"))) {
      byte[] x = bytes(key, "x");
      byte[] y = bytes(key, "y");
      if (x != null && y != null) {
        keys.add(new Named(id, "ES256", new Es256(new BigInteger(1, x), new BigInteger(1, y))));
      }
    }
  }

  private static byte @Nullable [] bytes(Map<?, ?> key, String field) {
    return key.get(field) instanceof String text ? Base64.decode(text) : null;
  }

  /** Accepts only tokens of that issuer. */
  public Jwt issuer(String name) {
    issuer = name;
    return this;
  }

  /** Accepts only tokens that are meant for that audience. */
  public Jwt audience(String name) {
    audience = name;
    return this;
  }

  /** How far clocks may differ; 0 by default. */
  public Jwt leeway(long seconds) {
    leewaySeconds = seconds;
    return this;
  }

  /** Checks a token at the present time. */
  public Result check(String token) {
    return check(token, System.currentTimeMillis() / 1000);
  }

  /** Checks a token in its compact form. */
  public Result check(String token, long nowSeconds) {
    int first = token.indexOf('.');
    int last = token.lastIndexOf('.');
    if (first < 0 || first == last || token.indexOf('.', first + 1) != last) {
      return Result.of(Failure.MALFORMED);
    }
    Map<String, @Nullable Object> header = object(token.substring(0, first));
    byte[] signature = Base64.decode(token.substring(last + 1));
    if (header == null || signature == null || header.containsKey("crit")) {
      return Result.of(Failure.MALFORMED);
    }
    byte[] signed = token.substring(0, last).getBytes(StandardCharsets.UTF_8);
    boolean tried = false;
    boolean verified = false;
    for (Named key : keys) {
      if (key.algorithm.equals(header.get("alg"))
          && (key.id == null || header.get("kid") == null || key.id.equals(header.get("kid")))) {
        tried = true;
        verified |= key.key.verify(signed, signature);
      }
    }
    if (!verified) {
      return Result.of(tried ? Failure.WRONG_SIGNATURE : Failure.UNKNOWN_KEY);
    }
    Map<String, @Nullable Object> claims = object(token.substring(first + 1, last));
    return claims == null
        ? Result.of(Failure.MALFORMED)
        : new Result(claims, failure(claims, nowSeconds));
  }

  private @Nullable Failure failure(Map<String, @Nullable Object> claims, long now) {
    if (claims.get("exp") instanceof Number expiry && expiry.longValue() + leewaySeconds <= now) {
      return Failure.EXPIRED;
    }
    if (claims.get("nbf") instanceof Number begin && begin.longValue() - leewaySeconds > now) {
      return Failure.NOT_YET_VALID;
    }
    if (!issuer.isEmpty() && !issuer.equals(claims.get("iss"))) {
      return Failure.WRONG_ISSUER;
    }
    Object meant = claims.get("aud");
    if (!audience.isEmpty()
        && !audience.equals(meant)
        && !(meant instanceof List<?> list && list.contains(audience))) {
      return Failure.WRONG_AUDIENCE;
    }
    return null;
  }

  private static @Nullable Map<String, @Nullable Object> object(String base64) {
    byte[] bytes = Base64.decode(base64);
    if (bytes == null) {
      return null;
    }
    try {
      return Json.parseObject(new String(bytes, StandardCharsets.UTF_8));
    } catch (ConfigurationException e) {
      return null;
    }
  }
}
