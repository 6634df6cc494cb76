package io.weir.plugin.wasm;

import org.teavm.interop.Address;
import org.teavm.interop.Import;

/**
 * What the compiler's class library would import from a browser: the build calls these in its
 * place. Results are those of a JVM, bit by bit.
 */
public final class Substitutes {
  private static final int MONOTONIC = 1;
  private static final int MANTISSA_BITS = 52;
  private static final int EXPONENT_BIAS = 1023;
  // Doubles of this size and more are whole.
  private static final double WHOLE = 1L << MANTISSA_BITS;
  private static final byte[] WORD = new byte[8];

  private Substitutes() {}

  /**
   * Whether a value has no fraction, or is no number. The compiler forgets NaN in {@code !(a < b)}.
   */
  private static boolean whole(double value) {
    return Double.isNaN(value) || value >= WHOLE || value <= -WHOLE || value == 0;
  }

  /** {@code Math.floor}. */
  public static double floor(double value) {
    if (whole(value)) {
      return value;
    }
    double cut = (long) value;
    return cut > value ? cut - 1 : cut;
  }

  /** {@code Math.ceil}. */
  public static double ceil(double value) {
    if (whole(value)) {
      return value;
    }
    if (value < 0 && value > -1) {
      return Double.longBitsToDouble(Long.MIN_VALUE);
    }
    double cut = (long) value;
    return cut < value ? cut + 1 : cut;
  }

  /** {@code Math.rint}: halves to the even neighbour; the class library's rounds them up. */
  public static double rint(double value) {
    if (whole(value)) {
      return value;
    }
    double below = floor(value);
    double rest = value - below;
    double near = rest < 0.5 || rest == 0.5 && (long) below % 2 == 0 ? below : below + 1;
    return near == 0 && value < 0 ? Double.longBitsToDouble(Long.MIN_VALUE) : near;
  }

  /** {@code Math.round}: halves up; the class library's rounds those below zero down. */
  public static long round(double value) {
    if (whole(value)) {
      return (long) value;
    }
    double below = floor(value);
    return (long) (value - below < 0.5 ? below : below + 1);
  }

  /** {@code Math.round}. */
  public static int round(float value) {
    long rounded = round((double) value);
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, rounded));
  }

  /** {@code Math.sqrt}: digit by digit, two bits a step. */
  public static double sqrt(double value) {
    if (value < 0 || Double.isNaN(value)) {
      return Double.NaN;
    }
    if (value == 0 || value > Double.MAX_VALUE) {
      return value;
    }
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >>> MANTISSA_BITS);
    long mantissa = bits & (1L << MANTISSA_BITS) - 1;
    if (exponent == 0) {
      exponent = 1;
    } else {
      mantissa |= 1L << MANTISSA_BITS;
    }
    while (mantissa < 1L << MANTISSA_BITS) {
      mantissa <<= 1;
      exponent--;
    }
    exponent -= EXPONENT_BIAS;
    if ((exponent & 1) != 0) {
      mantissa <<= 1;
    }
    long root = 0;
    long rest = 0;
    for (int step = 0; step < MANTISSA_BITS + 2; step++) {
      int shift = MANTISSA_BITS - 2 * step;
      rest = rest << 2 | (shift >= 0 ? mantissa >>> shift & 3 : 0);
      long trial = root << 2 | 1;
      root <<= 1;
      if (rest >= trial) {
        rest -= trial;
        root |= 1;
      }
    }
    long rounded = root + 1 >> 1;
    return Double.longBitsToDouble(
        ((long) ((exponent >> 1) + EXPONENT_BIAS - 1) << MANTISSA_BITS) + rounded);
  }

  /** {@code System.nanoTime}. */
  public static long nanoTime() {
    clock(MONOTONIC, 1, Address.ofData(WORD));
    Address.pin(WORD);
    return Address.ofData(WORD).getLong();
  }

  @Import(module = "wasi_snapshot_preview1", name = "clock_time_get")
  private static native int clock(int id, long precision, Address result);
}
