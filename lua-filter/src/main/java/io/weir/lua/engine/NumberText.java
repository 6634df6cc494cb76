package io.weir.lua.engine;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Numbers as text, as LuaJIT prints them: {@code %.14g} of the exact binary value, ties away from
 * zero (C libraries round ties to even, and {@code String.format} rounds the shortest text).
 */
public final class NumberText {
  private static final MathContext FOURTEEN = new MathContext(14, RoundingMode.HALF_UP);
  private static final double EXACT_BELOW = 1e14;

  private NumberText() {}

  /** What {@code tostring} gives. */
  public static String of(double number) {
    long whole = (long) number;
    if (whole == number && Math.abs(number) < EXACT_BELOW) {
      return whole == 0 && 1 / number < 0 ? "-0" : Long.toString(whole);
    }
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    String shortest = shortest(number);
    return shortest != null ? shortest : general(number, FOURTEEN, false);
  }

  /**
   * The JDK's shortest text when it already is what {@code %.14g} would print: plain notation, at
   * most 14 digits. (If the shortest text has no more than 14 digits, rounding the exact value to
   * 14 gives the same digits.)
   */
  private static @org.jspecify.annotations.Nullable String shortest(double number) {
    double magnitude = Math.abs(number);
    if (magnitude < 1e-3 || magnitude >= 1e7) {
      return null;
    }
    String text = Double.toString(number);
    int digits = 0;
    boolean leading = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        leading &= c == '0';
        if (!leading) {
          digits++;
        }
      }
    }
    return digits <= 14 ? text : null;
  }

  /** The digits of {@code %g}: precision significant digits, trailing zeros dropped unless kept. */
  public static String general(double number, int precision, boolean keepZeros) {
    return general(
        number, new MathContext(Math.max(1, precision), RoundingMode.HALF_UP), keepZeros);
  }

  private static String general(double number, MathContext digits, boolean keepZeros) {
    if (number == 0) {
      String zero = keepZeros ? "0." + "0".repeat(digits.getPrecision() - 1) : "0";
      return sign(number) + zero;
    }
    BigDecimal rounded = new BigDecimal(Math.abs(number)).round(digits);
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent < -4 || exponent >= digits.getPrecision()) {
      String text = rounded.unscaledValue().toString();
      text = pad(text, digits.getPrecision());
      String mantissa = text.charAt(0) + "." + text.substring(1, digits.getPrecision());
      return sign(number) + (keepZeros ? mantissa : trim(mantissa)) + exponent(exponent);
    }
    String plain =
        rounded
            .setScale(Math.max(0, digits.getPrecision() - 1 - exponent), RoundingMode.HALF_UP)
            .toPlainString();
    if (keepZeros) {
      return sign(number) + (plain.indexOf('.') < 0 ? plain + "." : plain);
    }
    return sign(number) + trim(plain);
  }

  /** {@code %f}. */
  public static String fixed(double number, int precision) {
    return sign(number)
        + new BigDecimal(Math.abs(number))
            .setScale(precision, RoundingMode.HALF_UP)
            .toPlainString();
  }

  /** {@code %e}. */
  public static String scientific(double number, int precision) {
    if (number == 0) {
      return sign(number) + (precision == 0 ? "0" : "0." + "0".repeat(precision)) + "e+00";
    }
    BigDecimal rounded =
        new BigDecimal(Math.abs(number))
            .round(new MathContext(precision + 1, RoundingMode.HALF_UP));
    String digits = pad(rounded.unscaledValue().toString(), precision + 1);
    String mantissa =
        precision == 0
            ? digits.substring(0, 1)
            : digits.charAt(0) + "." + digits.substring(1, precision + 1);
    return sign(number) + mantissa + exponent(rounded.precision() - rounded.scale() - 1);
  }

  /** {@code %a}; a negative precision keeps all digits. */
  public static String hexadecimal(double number, int precision) {
    long bits = Double.doubleToRawLongBits(Math.abs(number));
    long fraction = bits & 0xfffffffffffffL;
    int exponent = (int) (bits >>> 52) - 1023;
    long lead = 1;
    if (exponent == -1023) {
      if (fraction == 0) {
        lead = 0;
        exponent = 0;
      } else {
        int shift = Long.numberOfLeadingZeros(fraction) - 11;
        fraction = (fraction << shift) & 0xfffffffffffffL;
        exponent = -1022 - shift;
      }
    }
    if (precision >= 0 && precision < 13) {
      int drop = 52 - 4 * precision;
      long all = (lead << 52) | fraction;
      long half = 1L << (drop - 1);
      all = (all + half) >>> drop << drop;
      lead = all >>> 52;
      fraction = all & 0xfffffffffffffL;
    }
    var text = new StringBuilder(sign(number)).append("0x").append(lead);
    String digits = "%013x".formatted(fraction);
    int kept = precision;
    if (precision < 0) {
      kept = 13;
      while (kept > 0 && digits.charAt(kept - 1) == '0') {
        kept--;
      }
    }
    if (kept > 0) {
      text.append('.').append(pad(digits, kept), 0, kept);
    }
    return text.append('p').append(exponent < 0 ? "" : "+").append(exponent).toString();
  }

  private static String sign(double number) {
    return number < 0 || number == 0 && 1 / number < 0 ? "-" : "";
  }

  private static String pad(String digits, int length) {
    return digits.length() >= length ? digits : digits + "0".repeat(length - digits.length());
  }

  private static String trim(String text) {
    if (text.indexOf('.') < 0) {
      return text;
    }
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }

  private static String exponent(int exponent) {
    int magnitude = Math.abs(exponent);
    return (exponent < 0 ? "e-" : "e+") + (magnitude < 10 ? "0" : "") + magnitude;
  }
}
