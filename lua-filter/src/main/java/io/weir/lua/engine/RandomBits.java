package io.weir.lua.engine;

/**
 * LuaJIT's random numbers, so that the same seed gives the same sequence: a combined Tausworthe
 * generator of period 2^223 (L'Ecuyer, "Tables of maximally equidistributed combined LFSR
 * generators").
 */
public final class RandomBits {
  private static final int[] BITS = {63, 58, 55, 47};
  private static final int[] Q = {31, 19, 24, 21};
  private static final int[] S = {18, 28, 7, 8};

  private final long[] state = {
    0xa0d277570a345b8cL, 0x764a296c5d4aa64fL, 0x51220704070adeaaL, 0x2a2717b5a7b7b927L
  };

  /** A number in [0, 1). */
  public double next() {
    return Double.longBitsToDouble((step() & 0x000fffffffffffffL) | 0x3ff0000000000000L) - 1;
  }

  private long step() {
    long result = 0;
    for (int i = 0; i < 4; i++) {
      long z = state[i];
      z = (((z << Q[i]) ^ z) >>> (BITS[i] - S[i])) ^ ((z & (-1L << (64 - BITS[i]))) << S[i]);
      state[i] = z;
      result ^= z;
    }
    return result;
  }

  public void seed(double seed) {
    double d = seed;
    for (int i = 0; i < 4; i++) {
      d = d * 3.14159265358979323846 + 2.7182818284590452354;
      long bits = Double.doubleToRawLongBits(d);
      long least = 1L << (64 - BITS[i]);
      state[i] = Long.compareUnsigned(bits, least) < 0 ? bits + least : bits;
    }
    for (int i = 0; i < 10; i++) {
      step();
    }
  }
}
