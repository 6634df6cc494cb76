package io.weir.plugin;

import java.math.BigInteger;

/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2.2): verification only, so nothing is secret. */
final class Rsa {
  private static final int MIN_BITS = 2048;
  // DigestInfo of SHA-256, in front of the hash.
  private static final byte[] PREFIX = {
    0x30,
    0x31,
    0x30,
    0x0d,
    0x06,
    0x09,
    0x60,
    (byte) 0x86,
    0x48,
    0x01,
    0x65,
    0x03,
    0x04,
    0x02,
    0x01,
    0x05,
    0x00,
    0x04,
    0x20
  };

  private Rsa() {}

  static boolean verify(BigInteger modulus, BigInteger exponent, byte[] signed, byte[] signature) {
    int length = (modulus.bitLength() + 7) / 8;
    var value = new BigInteger(1, signature);
    if (modulus.bitLength() < MIN_BITS
        || signature.length != length
        || value.compareTo(modulus) >= 0) {
      return false;
    }
    byte[] found = value.modPow(exponent, modulus).toByteArray();
    byte[] wanted = encode(Sha256.digest(signed), length);
    // The first byte of the encoded message is 0, which a BigInteger leaves out.
    int offset = wanted.length - found.length;
    if (offset < 0) {
      return false;
    }
    boolean same = true;
    for (int i = 0; i < wanted.length; i++) {
      same &= wanted[i] == (i < offset ? 0 : found[i - offset]);
    }
    return same;
  }

  private static byte[] encode(byte[] hash, int length) {
    byte[] message = new byte[length];
    int tail = PREFIX.length + hash.length;
    message[1] = 1;
    for (int i = 2; i < length - tail - 1; i++) {
      message[i] = (byte) 0xff;
    }
    System.arraycopy(PREFIX, 0, message, length - tail, PREFIX.length);
    System.arraycopy(hash, 0, message, length - hash.length, hash.length);
    return message;
  }
}
