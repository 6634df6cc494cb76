package io.weir.wasm.abi;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code sign} and {@code verify_signature}: RSA (PKCS 1) and ECDSA with SHA-1 to SHA-512, keys in
 * DER or PEM.
 */
final class Signatures {
  private static final int OK_FIELD = 1;

  private Signatures() {}

  static int verify(HostVm vm, byte[] argument, ByteSink result) {
    ProtoFields fields = ProtoFields.parse(argument);
    if (fields == null || keyless(fields, 2, 5)) {
      return WasmResult.BAD_ARGUMENT;
    }
    boolean verified = false;
    String error = "";
    try {
      String digest = digest(fields.text(1));
      PublicKey key = publicKey(der(fields, 2, 5));
      Signature signature = Signature.getInstance(algorithm(digest, key.getAlgorithm()));
      signature.initVerify(key);
      signature.update(fields.bytes(4));
      verified = signature.verify(fields.bytes(3));
      if (!verified) {
        error = "Failed to verify digest. Error code: 0";
      }
    } catch (GeneralSecurityException _) {
      error = "Failed to initialize digest verify.";
    } catch (IllegalArgumentException e) {
      error = String.valueOf(e.getMessage());
    }
    flag(verified, result);
    bytes(2, error.getBytes(StandardCharsets.UTF_8), result);
    return WasmResult.OK;
  }

  static int sign(HostVm vm, byte[] argument, ByteSink result) {
    ProtoFields fields = ProtoFields.parse(argument);
    if (fields == null || keyless(fields, 2, 4)) {
      return WasmResult.BAD_ARGUMENT;
    }
    byte[] signed = null;
    String error = "";
    try {
      String digest = digest(fields.text(1));
      PrivateKey key = privateKey(der(fields, 2, 4));
      Signature signature = Signature.getInstance(algorithm(digest, key.getAlgorithm()));
      signature.initSign(key);
      signature.update(fields.bytes(3));
      signed = signature.sign();
    } catch (GeneralSecurityException _) {
      error = "Invalid key type: private key required for signing operation.";
    } catch (IllegalArgumentException e) {
      error = String.valueOf(e.getMessage());
    }
    flag(signed != null, result);
    if (signed != null) {
      bytes(2, signed, result);
    }
    bytes(3, error.getBytes(StandardCharsets.UTF_8), result);
    return WasmResult.OK;
  }

  private static boolean keyless(ProtoFields fields, int derField, int pemField) {
    return fields.bytes(derField).length == 0 && fields.bytes(pemField).length == 0;
  }

  private static byte[] der(ProtoFields fields, int derField, int pemField)
      throws InvalidKeyException {
    byte[] der = fields.bytes(derField);
    if (der.length > 0) {
      return der;
    }
    String pem = fields.text(pemField);
    int start = pem.indexOf("-----\n");
    int end = pem.lastIndexOf("\n-----END");
    if (start < 0 || end < start) {
      throw new InvalidKeyException("no PEM");
    }
    try {
      return Base64.getMimeDecoder().decode(pem.substring(start + 6, end));
    } catch (IllegalArgumentException e) {
      throw new InvalidKeyException(e);
    }
  }

  private static PublicKey publicKey(byte[] der) throws GeneralSecurityException {
    var spec = new X509EncodedKeySpec(der);
    PublicKey rsa = tryRsa(spec);
    return rsa != null ? rsa : KeyFactory.getInstance("EC").generatePublic(spec);
  }

  private static @Nullable PublicKey tryRsa(X509EncodedKeySpec spec) {
    try {
      return KeyFactory.getInstance("RSA").generatePublic(spec);
    } catch (GeneralSecurityException _) {
      return null;
    }
  }

  private static PrivateKey privateKey(byte[] der) throws GeneralSecurityException {
    var spec = new PKCS8EncodedKeySpec(der);
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    } catch (GeneralSecurityException _) {
      return KeyFactory.getInstance("EC").generatePrivate(spec);
    }
  }

  private static String digest(String hash) {
    return switch (hash.toLowerCase(Locale.ROOT)) {
      case "sha1" -> "SHA1";
      case "sha224" -> "SHA224";
      case "sha256" -> "SHA256";
      case "sha384" -> "SHA384";
      case "sha512" -> "SHA512";
      default -> throw new IllegalArgumentException(hash + " is not supported.");
    };
  }

  private static String algorithm(String digest, String keyAlgorithm) {
    return digest + "with" + (keyAlgorithm.equals("EC") ? "ECDSA" : keyAlgorithm);
  }

  private static void flag(boolean value, ByteSink out) {
    if (value) {
      out.putByte(OK_FIELD << 3);
      out.putByte(1);
    }
  }

  private static void bytes(int field, byte[] value, ByteSink out) {
    if (value.length == 0) {
      return;
    }
    out.putByte(field << 3 | 2);
    int rest = value.length;
    while ((rest & ~0x7f) != 0) {
      out.putByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.putByte(rest);
    out.put(value);
  }
}
