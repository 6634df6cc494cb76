package io.weir.proxy.filter.jwt;

import io.weir.filter.Value;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A set of keys (RFC 7517). Immutable. */
final class JsonWebKeys {
  private final List<WebKey> keys;

  /** A key; {@code keyId} and {@code algorithm} are empty when the set does not say. */
  private record WebKey(String type, String keyId, String algorithm, Key key) {}

  private JsonWebKeys(List<WebKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Parses a set; keys of unknown kinds are left out.
   *
   * @throws IllegalArgumentException when there is no usable key; the message is for the user
   */
  static JsonWebKeys parse(String text) {
    Value.MapValue set = JsonValues.parse(text);
    if (set == null) {
      throw new IllegalArgumentException("Jwks is an invalid JSON");
    }
    if (!(set.get("keys") instanceof Value.ListValue(List<Value> items))) {
      throw new IllegalArgumentException("Jwks does not have [keys] field");
    }
    List<WebKey> keys = new ArrayList<>(items.size());
    for (Value item : items) {
      WebKey key = item instanceof Value.MapValue map ? key(map) : null;
      if (key != null) {
        keys.add(key);
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("Jwks doesn't have any valid public key");
    }
    return new JsonWebKeys(keys);
  }

  private static @Nullable WebKey key(Value.MapValue map) {
    String type = string(map, "kty");
    try {
      Key key =
          switch (type) {
            case "RSA" ->
                KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(number(map, "n"), number(map, "e")));
            case "EC" -> elliptic(map);
            case "oct" -> new SecretKeySpec(bytes(map, "k"), "Hmac");
            case "OKP" -> edwards(map);
            default -> null;
          };
      return key == null ? null : new WebKey(type, string(map, "kid"), string(map, "alg"), key);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return null;
    }
  }

  private static Key elliptic(Value.MapValue map) throws GeneralSecurityException {
    String curve =
        switch (string(map, "crv")) {
          case "P-256" -> "secp256r1";
          case "P-384" -> "secp384r1";
          case "P-521" -> "secp521r1";
          default -> throw new IllegalArgumentException("unknown curve");
        };
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve));
    var point = new ECPoint(number(map, "x"), number(map, "y"));
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class)));
  }

  private static Key edwards(Value.MapValue map) throws GeneralSecurityException {
    if (!string(map, "crv").equals("Ed25519")) {
      throw new IllegalArgumentException("unknown curve");
    }
    byte[] little = bytes(map, "x");
    boolean odd = (little[little.length - 1] & 0x80) != 0;
    little[little.length - 1] &= 0x7f;
    byte[] big = new byte[little.length];
    for (int i = 0; i < little.length; i++) {
      big[i] = little[little.length - 1 - i];
    }
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(
            new EdECPublicKeySpec(
                NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, big))));
  }

  private static String string(Value.MapValue map, String name) {
    return map.get(name) instanceof Value.StringValue(String text) ? text : "";
  }

  private static byte[] bytes(Value.MapValue map, String name) {
    byte[] bytes = Base64.getUrlDecoder().decode(string(map, name));
    if (bytes.length == 0) {
      throw new IllegalArgumentException("no " + name);
    }
    return bytes;
  }

  private static BigInteger number(Value.MapValue map, String name) {
    return new BigInteger(1, bytes(map, name));
  }

  /** Whether one of the keys signed the token. */
  JwtStatus verify(Jwt jwt) {
    String type = Signatures.keyType(jwt.algorithm());
    boolean matched = false;
    for (WebKey key : keys) {
      boolean fits =
          key.type.equals(type)
              && (key.keyId.isEmpty() || jwt.keyId().isEmpty() || key.keyId.equals(jwt.keyId()))
              && (key.algorithm.isEmpty() || key.algorithm.equals(jwt.algorithm()));
      if (fits) {
        matched = true;
        if (Signatures.verify(jwt, key.key)) {
          return JwtStatus.OK;
        }
      }
    }
    return matched ? JwtStatus.VERIFICATION_FAILED : JwtStatus.NO_MATCHING_KEY;
  }
}
