package io.weir.plugin;

/** SHA-256 (FIPS 180-4) and HMAC over it (RFC 2104), without the JDK's providers. */
public final class Sha256 {
  private static final int BLOCK = 64;
  private static final int[] K = constants();

  private Sha256() {}

  /** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
  private static int[] constants() {
    var constants = new int[BLOCK];
    int found = 0;
    for (int n = 2; found < BLOCK; n++) {
      if (isPrime(n)) {
        constants[found++] = cubeRootFraction(n);
      }
    }
    return constants;
  }

  private static boolean isPrime(int n) {
    for (int d = 2; d * d <= n; d++) {
      if (n % d == 0) {
        return false;
      }
    }
    return true;
  }

  /** By bisection in integers: the greatest x with x³ ≤ n · 2⁹⁶ is the root times 2³². */
  private static int cubeRootFraction(int n) {
    long root = 0;
    for (int bit = 34; bit >= 0; bit--) {
      long candidate = root | 1L << bit;
      if (cubeAtMost(candidate, n)) {
        root = candidate;
      }
    }
    return (int) root;
  }

  /** Whether x³ ≤ n · 2⁹⁶, in four limbs of 32 bits. */
  private static boolean cubeAtMost(long x, int n) {
    long[] cube = times(times(new long[] {1, 0, 0, 0}, x), x);
    cube = times(cube, x);
    return cube[3] < n || cube[3] == n && cube[0] == 0 && cube[1] == 0 && cube[2] == 0;
  }

  private static long[] times(long[] limbs, long x) {
    long low = x & 0xffffffffL;
    long high = x >>> 32;
    var product = new long[4];
    long carry = 0;
    for (int i = 0; i < 4; i++) {
      long sum = limbs[i] * low + carry;
      product[i] = sum & 0xffffffffL;
      carry = sum >>> 32;
    }
    carry = 0;
    for (int i = 1; i < 4; i++) {
      long sum = product[i] + limbs[i - 1] * high + carry;
      product[i] = i == 3 ? sum : sum & 0xffffffffL;
      carry = sum >>> 32;
    }
    return product;
  }

  /** The 32 bytes of the digest. */
  public static byte[] digest(byte[] message) {
    int[] state = {
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    };
    int padded = (message.length + 8) / BLOCK * BLOCK + BLOCK;
    var bytes = new byte[padded];
    System.arraycopy(message, 0, bytes, 0, message.length);
    bytes[message.length] = (byte) 0x80;
    long bits = message.length * 8L;
    for (int i = 0; i < 8; i++) {
      bytes[padded - 1 - i] = (byte) (bits >>> 8 * i);
    }
    var w = new int[BLOCK];
    for (int at = 0; at < padded; at += BLOCK) {
      compress(state, bytes, at, w);
    }
    var digest = new byte[32];
    for (int i = 0; i < 32; i++) {
      digest[i] = (byte) (state[i / 4] >>> 24 - i % 4 * 8);
    }
    return digest;
  }

  private static void compress(int[] state, byte[] bytes, int at, int[] w) {
    for (int i = 0; i < 16; i++) {
      int from = at + i * 4;
      w[i] =
          bytes[from] << 24
              | (bytes[from + 1] & 0xff) << 16
              | (bytes[from + 2] & 0xff) << 8
              | bytes[from + 3] & 0xff;
    }
    for (int i = 16; i < BLOCK; i++) {
      int s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >>> 3;
      int s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >>> 10;
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    int a = state[0];
    int b = state[1];
    int c = state[2];
    int d = state[3];
    int e = state[4];
    int f = state[5];
    int g = state[6];
    int h = state[7];
    for (int i = 0; i < BLOCK; i++) {
      int s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      int t1 = h + s1 + (e & f ^ ~e & g) + K[i] + w[i];
      int s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      int t2 = s0 + (a & b ^ a & c ^ b & c);
      h = g;
      g = f;
      f = e;
      e = d + t1;
      d = c;
      c = b;
      b = a;
      a = t1 + t2;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }

  private static int turn(int word, int by) {
    return word >>> by | word << 32 - by;
  }

  /** The 32 bytes of the keyed digest. */
  public static byte[] hmac(byte[] key, byte[] message) {
    byte[] short64 = key.length > BLOCK ? digest(key) : key;
    var inner = new byte[BLOCK + message.length];
    var outer = new byte[BLOCK + 32];
    for (int i = 0; i < BLOCK; i++) {
      byte b = i < short64.length ? short64[i] : 0;
      inner[i] = (byte) (b ^ 0x36);
      outer[i] = (byte) (b ^ 0x5c);
    }
    System.arraycopy(message, 0, inner, BLOCK, message.length);
    System.arraycopy(digest(inner), 0, outer, BLOCK, 32);
    return digest(outer);
  }

  /** Compares in a time that does not depend on where the bytes differ. */
  public static boolean same(byte[] one, byte[] other) {
    if (one.length != other.length) {
      return false;
    }
    int difference = 0;
    for (int i = 0; i < one.length; i++) {
      difference |= one[i] ^ other[i];
    }
    return difference == 0;
  }
}
