package io.weir.proxy.tls.pem;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * OpenSSL's old encryption of PEM bodies ({@code DEK-Info}): the key is an MD5 chain over password
 * and salt.
 */
final class LegacyEncryption {
  private static final int SALT_BYTES = 8;

  private LegacyEncryption() {}

  private record Scheme(String transformation, String algorithm, int keyBytes) {}

  /** The block's body, decrypted when it says that it is encrypted. */
  static byte[] decrypt(PemBlock block, char[] password) throws CredentialException {
    String dek = block.headers().get("DEK-Info");
    if (dek == null) {
      return block.body();
    }
    int comma = dek.indexOf(',');
    Scheme scheme = scheme(comma < 0 ? dek : dek.substring(0, comma));
    try {
      byte[] iv = HexFormat.of().parseHex(dek.substring(comma + 1).strip());
      Cipher cipher = Cipher.getInstance(scheme.transformation);
      byte[] key = key(password, Arrays.copyOf(iv, SALT_BYTES), scheme.keyBytes);
      cipher.init(
          Cipher.DECRYPT_MODE, new SecretKeySpec(key, scheme.algorithm), new IvParameterSpec(iv));
      return cipher.doFinal(block.body());
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      throw new CredentialException("the private key cannot be decrypted with the password");
    }
  }

  private static Scheme scheme(String name) throws CredentialException {
    return switch (name) {
      case "AES-128-CBC" -> new Scheme("AES/CBC/PKCS5Padding", "AES", 16);
      case "AES-192-CBC" -> new Scheme("AES/CBC/PKCS5Padding", "AES", 24);
      case "AES-256-CBC" -> new Scheme("AES/CBC/PKCS5Padding", "AES", 32);
      case "DES-EDE3-CBC" -> new Scheme("DESede/CBC/PKCS5Padding", "DESede", 24);
      default -> throw new CredentialException("keys encrypted with " + name + " cannot be read");
    };
  }

  private static byte[] key(char[] password, byte[] salt, int length)
      throws GeneralSecurityException {
    byte[] secret = new String(password).getBytes(StandardCharsets.UTF_8);
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    var key = new byte[length];
    int done = 0;
    byte[] last = {};
    while (done < length) {
      md5.update(last);
      md5.update(secret);
      last = md5.digest(salt);
      int count = Math.min(last.length, length - done);
      System.arraycopy(last, 0, key, done, count);
      done += count;
    }
    return key;
  }
}
