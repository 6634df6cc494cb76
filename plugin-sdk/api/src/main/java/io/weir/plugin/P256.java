package io.weir.plugin;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * ECDSA over P-256 with SHA-256 (FIPS 186-5, 6.4.2): verification only, so nothing is secret and
 * timing does not matter. Points are Jacobian: (x / z², y / z³).
 */
final class P256 {
  private static final BigInteger P =
      hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
  private static final BigInteger N =
      hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  private static final BigInteger B =
      hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
  private static final Point G =
      new Point(
          hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
          hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
          BigInteger.ONE);
  private static final BigInteger THREE = BigInteger.valueOf(3);
  private static final int SCALAR_BYTES = 32;

  private record Point(BigInteger x, BigInteger y, BigInteger z) {}

  private P256() {}

  private static BigInteger hex(String digits) {
    return new BigInteger(digits, 16);
  }

  /**
   * @param signature r and s, 32 bytes each, as JOSE has it
   */
  static boolean verify(BigInteger x, BigInteger y, byte[] signed, byte[] signature) {
    if (signature.length != 2 * SCALAR_BYTES || !onCurve(x, y)) {
      return false;
    }
    BigInteger r = scalar(signature, 0);
    BigInteger s = scalar(signature, SCALAR_BYTES);
    if (r.signum() == 0 || s.signum() == 0 || r.compareTo(N) >= 0 || s.compareTo(N) >= 0) {
      return false;
    }
    BigInteger inverse = s.modInverse(N);
    BigInteger u1 = new BigInteger(1, Sha256.digest(signed)).multiply(inverse).mod(N);
    BigInteger u2 = r.multiply(inverse).mod(N);
    Point sum = sum(u1, u2, new Point(x, y, BigInteger.ONE));
    if (sum == null) {
      return false;
    }
    BigInteger z = sum.z.modInverse(P);
    return sum.x.multiply(z).mod(P).multiply(z).mod(P).mod(N).equals(r);
  }

  private static BigInteger scalar(byte[] bytes, int from) {
    byte[] part = new byte[SCALAR_BYTES];
    System.arraycopy(bytes, from, part, 0, SCALAR_BYTES);
    return new BigInteger(1, part);
  }

  private static boolean onCurve(BigInteger x, BigInteger y) {
    if (x.compareTo(P) >= 0 || y.compareTo(P) >= 0) {
      return false;
    }
    BigInteger right = x.multiply(x).subtract(THREE).multiply(x).add(B).mod(P);
    return y.multiply(y).mod(P).equals(right);
  }

  /** u1·G + u2·Q, bit by bit of both at once; null is the point at infinity. */
  private static @Nullable Point sum(BigInteger u1, BigInteger u2, Point q) {
    Point both = add(G, q);
    Point sum = null;
    for (int bit = Math.max(u1.bitLength(), u2.bitLength()) - 1; bit >= 0; bit--) {
      sum = twice(sum);
      boolean first = u1.testBit(bit);
      boolean second = u2.testBit(bit);
      if (first || second) {
        sum = add(sum, first && second ? both : first ? G : q);
      }
    }
    return sum;
  }

  private static @Nullable Point twice(@Nullable Point p) {
    if (p == null || p.y.signum() == 0) {
      return null;
    }
    BigInteger zz = p.z.multiply(p.z).mod(P);
    BigInteger yy = p.y.multiply(p.y).mod(P);
    BigInteger s = p.x.multiply(yy).shiftLeft(2).mod(P);
    // a = −3, so that 3x² + a·z⁴ = 3(x − z²)(x + z²).
    BigInteger m = p.x.subtract(zz).multiply(p.x.add(zz)).multiply(THREE).mod(P);
    BigInteger x = m.multiply(m).subtract(s.shiftLeft(1)).mod(P);
    BigInteger y = m.multiply(s.subtract(x)).subtract(yy.multiply(yy).shiftLeft(3)).mod(P);
    return new Point(x, y, p.y.multiply(p.z).shiftLeft(1).mod(P));
  }

  private static @Nullable Point add(@Nullable Point a, @Nullable Point b) {
    if (a == null) {
      return b;
    }
    if (b == null) {
      return a;
    }
    BigInteger az = a.z.multiply(a.z).mod(P);
    BigInteger bz = b.z.multiply(b.z).mod(P);
    BigInteger u1 = a.x.multiply(bz).mod(P);
    BigInteger h = b.x.multiply(az).subtract(u1).mod(P);
    BigInteger s1 = a.y.multiply(bz).mod(P).multiply(b.z).mod(P);
    BigInteger r = b.y.multiply(az).mod(P).multiply(a.z).subtract(s1).mod(P);
    if (h.signum() == 0) {
      return r.signum() == 0 ? twice(a) : null;
    }
    BigInteger hh = h.multiply(h).mod(P);
    BigInteger hhh = hh.multiply(h).mod(P);
    BigInteger v = u1.multiply(hh).mod(P);
    BigInteger x = r.multiply(r).subtract(hhh).subtract(v.shiftLeft(1)).mod(P);
    BigInteger y = r.multiply(v.subtract(x)).subtract(s1.multiply(hhh)).mod(P);
    return new Point(x, y, h.multiply(a.z).mod(P).multiply(b.z).mod(P));
  }
}
