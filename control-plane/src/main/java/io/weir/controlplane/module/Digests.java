package io.weir.controlplane.module;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in hexadecimal. */
final class Digests {

  static final String PREFIX = "sha256:";

  private Digests() {}

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Checks bytes against {@code sha256:...}; other algorithms are refused. */
  static byte[] checked(byte[] bytes, String digest, String what) throws FetchException {
    if (!digest.startsWith(PREFIX)) {
      throw FetchException.lasting(what + " has the digest " + digest + ", which is no sha256");
    }
    String actual = PREFIX + sha256(bytes);
    if (!actual.equals(digest)) {
      throw FetchException.lasting(what + " should be " + digest + " but is " + actual);
    }
    return bytes;
  }
}
