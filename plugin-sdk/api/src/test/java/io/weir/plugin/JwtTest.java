package io.weir.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Tokens that the JDK signs are accepted, altered ones are not. */
class JwtTest {
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
  private static final long NOW = 1_800_000_000;

  private static String encode(String text) {
    return URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String number(BigInteger value, int length) {
    byte[] bytes = value.toByteArray();
    byte[] exact = new byte[length];
    int skip = Math.max(0, bytes.length - length);
    System.arraycopy(bytes, skip, exact, length - (bytes.length - skip), bytes.length - skip);
    return URL.encodeToString(exact);
  }

  private static String sign(String algorithm, String jca, KeyPair pair, String claims)
      throws Exception {
    String signed = encode("{\"alg\":\"" + algorithm + "\",\"kid\":\"k\"}") + "." + encode(claims);
    var signature = Signature.getInstance(jca);
    signature.initSign(pair.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.UTF_8));
    return signed + "." + URL.encodeToString(signature.sign());
  }

  private static KeyPair rsa(int bits) throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  private static KeyPair ec() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static String set(KeyPair pair) {
    if (pair.getPublic() instanceof RSAPublicKey key) {
      return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k\",\"e\":\"AQAB\",\"n\":\""
          + number(key.getModulus(), key.getModulus().bitLength() / 8)
          + "\"}]}";
    }
    var point = ((ECPublicKey) pair.getPublic()).getW();
    return "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k\",\"x\":\""
        + number(point.getAffineX(), 32)
        + "\",\"y\":\""
        + number(point.getAffineY(), 32)
        + "\"}]}";
  }

  @Test
  void acceptsWhatTheJdkSigned() throws Exception {
    KeyPair rsa = rsa(2048);
    Jwt rs = Jwt.jwks(set(rsa));
    for (int i = 0; i < 20; i++) {
      KeyPair ec = ec();
      String claims = "{\"sub\":\"user " + i + "\"}";
      Jwt es = Jwt.jwks(set(ec));
      String byEc = sign("ES256", "SHA256withECDSAinP1363Format", ec, claims);
      String byRsa = sign("RS256", "SHA256withRSA", rsa, claims);

      assertThat(es.check(byEc, NOW).failure()).isNull();
      assertThat(es.check(byEc, NOW).text("sub")).isEqualTo("user " + i);
      assertThat(rs.check(byRsa, NOW).failure()).isNull();
      assertThat(es.check(altered(byEc), NOW).failure()).isEqualTo(Jwt.Failure.WRONG_SIGNATURE);
      assertThat(rs.check(altered(byRsa), NOW).failure()).isEqualTo(Jwt.Failure.WRONG_SIGNATURE);
      assertThat(es.check(byRsa, NOW).failure()).isEqualTo(Jwt.Failure.UNKNOWN_KEY);
    }
  }

  /** The token with another payload under the same signature. */
  private static String altered(String token) {
    return token.substring(0, token.indexOf('.') + 1)
        + encode("{\"sub\":\"admin\"}")
        + token.substring(token.lastIndexOf('.'));
  }

  @Test
  void refusesShortKeysAndForeignAlgorithms() throws Exception {
    KeyPair small = rsa(1024);
    KeyPair rsa = rsa(2048);
    String secret =
        new String(
            Base64.getUrlDecoder().decode(set(rsa).split("\"")[17]), StandardCharsets.ISO_8859_1);
    String confused = encode("{\"alg\":\"HS256\",\"kid\":\"k\"}") + "." + encode("{}");
    byte[] mac =
        Sha256.hmac(
            secret.getBytes(StandardCharsets.ISO_8859_1),
            confused.getBytes(StandardCharsets.UTF_8));

    assertThat(
            Jwt.jwks(set(small)).check(sign("RS256", "SHA256withRSA", small, "{}"), NOW).failure())
        .isEqualTo(Jwt.Failure.WRONG_SIGNATURE);
    assertThat(Jwt.jwks(set(rsa)).check(confused + "." + URL.encodeToString(mac), NOW).failure())
        .isEqualTo(Jwt.Failure.UNKNOWN_KEY);
    assertThat(
            Jwt.jwks(set(rsa))
                .check(encode("{\"alg\":\"none\"}") + "." + encode("{}") + ".", NOW)
                .failure())
        .isEqualTo(Jwt.Failure.UNKNOWN_KEY);
    assertThat(Jwt.jwks(set(rsa)).check("a.b", NOW).failure()).isEqualTo(Jwt.Failure.MALFORMED);
    assertThatThrownBy(() -> Jwt.jwks("{\"keys\":[{\"kty\":\"OKP\"}]}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no key");
  }

  @Test
  void checksTimesIssuerAndAudience() {
    byte[] secret = {1, 2, 3};
    Jwt jwt = Jwt.hs256(secret).issuer("i").audience("a").leeway(10);

    assertThat(
            jwt.check(
                    hs(
                        secret,
                        "{\"iss\":\"i\",\"aud\":[\"b\",\"a\"],\"exp\":1799999995,\"nbf\":1800000005}"),
                    NOW)
                .failure())
        .isNull();
    assertThat(
            jwt.check(hs(secret, "{\"iss\":\"i\",\"aud\":\"a\",\"exp\":1799999990}"), NOW)
                .failure())
        .isEqualTo(Jwt.Failure.EXPIRED);
    assertThat(
            jwt.check(hs(secret, "{\"iss\":\"i\",\"aud\":\"a\",\"nbf\":1800000011}"), NOW)
                .failure())
        .isEqualTo(Jwt.Failure.NOT_YET_VALID);
    assertThat(jwt.check(hs(secret, "{\"iss\":\"x\",\"aud\":\"a\"}"), NOW).failure())
        .isEqualTo(Jwt.Failure.WRONG_ISSUER);
    assertThat(jwt.check(hs(secret, "{\"iss\":\"i\"}"), NOW).failure())
        .isEqualTo(Jwt.Failure.WRONG_AUDIENCE);
  }

  private static String hs(byte[] secret, String claims) {
    String signed = encode("{\"alg\":\"HS256\"}") + "." + encode(claims);
    return signed
        + "."
        + URL.encodeToString(Sha256.hmac(secret, signed.getBytes(StandardCharsets.UTF_8)));
  }
}
