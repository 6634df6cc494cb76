package io.weir.lua.api;

import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code handle:importPublicKey} gives; {@code get()} is what {@code verifySignature} takes.
 */
final class PublicKeyObject extends ApiObject {
  private static final Map<String, String> HASHES =
      Map.of(
          "sha1", "SHA1",
          "sha224", "SHA224",
          "sha256", "SHA256",
          "sha384", "SHA384",
          "sha512", "SHA512");

  private final LuaString der;
  private final @Nullable PublicKey key;

  PublicKeyObject(LuaTable metatable, HandleHost host, LuaString der) {
    super(metatable, host);
    this.der = der;
    this.key = parse(der.bytes());
  }

  static ApiType<PublicKeyObject> type(LuaState state) {
    return new ApiType<>(state, PublicKeyObject.class)
        .getter("get", self -> self.key == null ? null : self.der);
  }

  private static @Nullable PublicKey parse(byte[] der) {
    for (String algorithm : new String[] {"RSA", "EC"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
      } catch (GeneralSecurityException error) {
        continue;
      }
    }
    return null;
  }

  /**
   * Verifies a signature.
   *
   * @return null when it is right, else why not
   */
  static @Nullable String verify(String hash, LuaString der, byte[] signature, byte[] text) {
    String algorithm = HASHES.get(hash.toLowerCase(Locale.ROOT));
    if (algorithm == null) {
      return hash + " is not supported.";
    }
    PublicKey key = parse(der.bytes());
    if (key == null) {
      return "Failed to initialize digest verify.";
    }
    String scheme = key.getAlgorithm().equals("EC") ? "withECDSA" : "withRSA";
    try {
      Signature verifier = Signature.getInstance(algorithm + scheme);
      verifier.initVerify(key);
      verifier.update(text);
      return verifier.verify(signature) ? null : "Failed to verify digest. Error code: 0";
    } catch (GeneralSecurityException error) {
      return "Failed to verify digest. Error code: 0";
    }
  }

  static byte[] prefix(LuaString text, int length) {
    return Arrays.copyOf(text.bytes(), Math.clamp(length, 0, text.length()));
  }
}
