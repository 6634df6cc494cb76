package io.weir.lua.library;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * {@code sha} and {@code hmac}. A function gives hexadecimal digits, or the bytes when its last
 * argument is true.
 */
final class DigestModules {
  private static final HexFormat HEX = HexFormat.of();

  private DigestModules() {}

  static LuaTable sha(LuaState state) {
    return new ModuleFunctions(state)
        .add("md5", a -> digest(a, "MD5"))
        .add("sha1", a -> digest(a, "SHA-1"))
        .add("sha224", a -> digest(a, "SHA-224"))
        .add("sha256", a -> digest(a, "SHA-256"))
        .add("sha384", a -> digest(a, "SHA-384"))
        .add("sha512", a -> digest(a, "SHA-512"))
        .table();
  }

  static LuaTable hmac(LuaState state) {
    return new ModuleFunctions(state)
        .add("sha1", a -> authenticate(a, "HmacSHA1"))
        .add("sha224", a -> authenticate(a, "HmacSHA224"))
        .add("sha256", a -> authenticate(a, "HmacSHA256"))
        .add("sha384", a -> authenticate(a, "HmacSHA384"))
        .add("sha512", a -> authenticate(a, "HmacSHA512"))
        .add("equal", a -> MessageDigest.isEqual(a.string(1).bytes(), a.string(2).bytes()))
        .table();
  }

  private static Object digest(Arguments a, String algorithm) {
    byte[] text = a.string(1).bytes();
    a.state().steps(text.length >> 6);
    try {
      return shown(MessageDigest.getInstance(algorithm).digest(text), a.truthy(2));
    } catch (GeneralSecurityException e) {
      throw a.state().error(algorithm + " is not available");
    }
  }

  private static Object authenticate(Arguments a, String algorithm) {
    byte[] text = a.string(2).bytes();
    a.state().steps(text.length >> 6);
    try {
      return shown(mac(algorithm, a.string(1).bytes(), text), a.truthy(3));
    } catch (GeneralSecurityException e) {
      throw a.state().error(algorithm + " is not available");
    }
  }

  static byte[] mac(String algorithm, byte[] key, byte[] text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(algorithm);
    // An empty key is legal for HMAC, but not for the key class; it is padded with zeros anyway.
    mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, algorithm));
    return mac.doFinal(text);
  }

  private static LuaString shown(byte[] bytes, boolean raw) {
    return LuaString.own(raw ? bytes : HEX.formatHex(bytes).getBytes(StandardCharsets.US_ASCII));
  }
}
