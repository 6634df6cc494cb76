package io.weir.proxy.tls.pem;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Reads private keys: PKCS #8 (RFC 5958), plain or encrypted, and the older forms of RSA (PKCS #1)
 * and EC keys (RFC 5915), plain or encrypted by OpenSSL.
 */
public final class PrivateKeys {
  private static final byte[] VERSION_0 = {Der.INTEGER, 1, 0};
  private static final byte[] RSA_ALGORITHM =
      HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] RSA_OID = HexFormat.of().parseHex("2a864886f70d010101");
  private static final byte[] PSS_OID = HexFormat.of().parseHex("2a864886f70d01010a");
  private static final byte[] EC_OID = HexFormat.of().parseHex("2a8648ce3d0201");
  private static final byte[] ED25519_OID = HexFormat.of().parseHex("2b6570");

  private PrivateKeys() {}

  /**
   * The first private key of a PEM text.
   *
   * @param password for encrypted keys, empty when none is given
   */
  public static PrivateKey read(byte[] pem, char[] password) throws CredentialException {
    byte[] curve = null;
    for (PemBlock block : PemBlock.read(pem)) {
      switch (block.label()) {
        case "EC PARAMETERS" -> curve = block.body();
        case "PRIVATE KEY" -> {
          return pkcs8(block.body());
        }
        case "ENCRYPTED PRIVATE KEY" -> {
          return pkcs8(decrypt(block.body(), password));
        }
        case "RSA PRIVATE KEY" -> {
          byte[] key = LegacyEncryption.decrypt(block, password);
          return pkcs8(
              Der.write(Der.SEQUENCE, VERSION_0, RSA_ALGORITHM, Der.write(Der.OCTET_STRING, key)));
        }
        case "EC PRIVATE KEY" -> {
          byte[] key = LegacyEncryption.decrypt(block, password);
          return pkcs8(ec(key, curve));
        }
        default -> {
          // Certificates and the like may stand in the same file.
        }
      }
    }
    throw new CredentialException("there is no private key");
  }

  /** PKCS #8 around an RFC 5915 key; the curve stands in the key, or before it. */
  private static byte[] ec(byte[] key, byte @org.jspecify.annotations.Nullable [] parameters)
      throws CredentialException {
    Der inner = Der.of(key).expect(Der.SEQUENCE).inside();
    byte[] curve = parameters;
    while (inner.next()) {
      if (inner.tag() == Der.EXPLICIT_0) {
        curve = inner.content();
      }
    }
    if (curve == null) {
      throw new CredentialException("the EC key does not name its curve");
    }
    byte[] algorithm = Der.write(Der.SEQUENCE, Der.write(Der.OID, EC_OID), curve);
    return Der.write(Der.SEQUENCE, VERSION_0, algorithm, Der.write(Der.OCTET_STRING, key));
  }

  private static PrivateKey pkcs8(byte[] der) throws CredentialException {
    Der outer = Der.of(der).expect(Der.SEQUENCE).inside();
    outer.expect(Der.INTEGER);
    byte[] oid = outer.expect(Der.SEQUENCE).inside().expect(Der.OID).content();
    try {
      return KeyFactory.getInstance(algorithm(oid)).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException _) {
      throw new CredentialException("the private key cannot be read");
    }
  }

  private static String algorithm(byte[] oid) throws CredentialException {
    if (Arrays.equals(oid, RSA_OID)) {
      return "RSA";
    } else if (Arrays.equals(oid, EC_OID)) {
      return "EC";
    } else if (Arrays.equals(oid, PSS_OID)) {
      return "RSASSA-PSS";
    } else if (Arrays.equals(oid, ED25519_OID)) {
      return "Ed25519";
    }
    throw new CredentialException("the private key is neither RSA nor EC nor Ed25519");
  }

  private static byte[] decrypt(byte[] der, char[] password) throws CredentialException {
    try {
      var info = new EncryptedPrivateKeyInfo(der);
      String algorithm = info.getAlgName();
      if (algorithm.equals("PBES2") || algorithm.equals("1.2.840.113549.1.5.13")) {
        algorithm = info.getAlgParameters().toString();
      }
      var factory = SecretKeyFactory.getInstance(algorithm);
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          factory.generateSecret(new PBEKeySpec(password)),
          info.getAlgParameters());
      return info.getKeySpec(cipher).getEncoded();
    } catch (GeneralSecurityException | IOException _) {
      throw new CredentialException("the private key cannot be decrypted with the password");
    }
  }
}
