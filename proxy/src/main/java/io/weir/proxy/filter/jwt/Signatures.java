package io.weir.proxy.filter.jwt;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.crypto.Mac;

/** The signature algorithms of RFC 7518 and RFC 8037. */
final class Signatures {
  private Signatures() {}

  static boolean supports(String algorithm) {
    return switch (algorithm) {
      case "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512" -> true;
      case "HS256", "HS384", "HS512", "EdDSA" -> true;
      default -> false;
    };
  }

  /** The {@code kty} of keys for an algorithm. */
  static String keyType(String algorithm) {
    return switch (algorithm.substring(0, 2)) {
      case "RS", "PS" -> "RSA";
      case "ES" -> "EC";
      case "HS" -> "oct";
      default -> "OKP";
    };
  }

  static boolean verify(Jwt jwt, Key key) {
    String algorithm = jwt.algorithm();
    try {
      if (algorithm.startsWith("HS")) {
        Mac mac = Mac.getInstance("HmacSHA" + algorithm.substring(2));
        mac.init(key);
        return MessageDigest.isEqual(mac.doFinal(jwt.signed()), jwt.signature());
      }
      Signature signature = signature(algorithm);
      signature.initVerify((PublicKey) key);
      signature.update(jwt.signed());
      return signature.verify(jwt.signature());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Signature signature(String algorithm) throws GeneralSecurityException {
    String bits = algorithm.substring(2);
    return switch (algorithm.substring(0, 2)) {
      case "RS" -> Signature.getInstance("SHA" + bits + "withRSA");
      case "ES" -> Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
      case "PS" -> {
        Signature pss = Signature.getInstance("RSASSA-PSS");
        String digest = "SHA-" + bits;
        pss.setParameter(
            new PSSParameterSpec(
                digest,
                "MGF1",
                new MGF1ParameterSpec(digest),
                Integer.parseInt(bits) / 8,
                PSSParameterSpec.TRAILER_FIELD_BC));
        yield pss;
      }
      default -> Signature.getInstance("Ed25519");
    };
  }
}
