package io.weir.plugin;

/**
 * A number of a JSON text, kept as it was written: nothing is lost when it is printed again, and a
 * sandbox needs no library for binary fractions.
 */
public final class JsonNumber extends Number {
  private static final long serialVersionUID = 1L;
  private static final int MAX_DIGITS = 18;
  // Below it every whole number is a double.
  private static final double EXACT = 9e15;

  private final String text;

  JsonNumber(String text) {
    this.text = text;
  }

  /**
   * A number as decimal text: the shortest that means the same, if 15 digits are enough for it;
   * else correct to about 15 digits. Whole numbers have no fraction.
   */
  public static String text(double value) {
    if (value == (long) value) {
      return Long.toString((long) value);
    }
    double size = value < 0 ? -value : value;
    String sign = value < 0 ? "-" : "";
    if (Double.isNaN(value) || size > Double.MAX_VALUE) {
      return Double.isNaN(value) ? "NaN" : sign + "Infinity";
    }
    double power = 1;
    for (int digits = 1; size * power * 10 < EXACT; digits++) {
      power *= 10;
      long scaled = (long) (size * power + 0.5);
      if (scaled / power == size) {
        return sign + fraction(scaled, digits);
      }
    }
    int exponent = 0;
    for (; size >= 10; size /= 10) {
      exponent++;
    }
    for (; size < 1; size *= 10) {
      exponent--;
    }
    String mantissa = fraction((long) (size * 1e14 + 0.5), 14);
    return sign + mantissa + (exponent == 0 ? "" : "E" + exponent);
  }

  /** A number divided by a power of ten. */
  private static String fraction(long scaled, int digits) {
    String text = Long.toString(scaled);
    while (text.length() <= digits) {
      text = "0" + text;
    }
    int point = text.length() - digits;
    return text.substring(0, point) + "." + text.substring(point);
  }

  /** Whether it was written without fraction and exponent. */
  public boolean isWhole() {
    return text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0;
  }

  @Override
  public int intValue() {
    return (int) longValue();
  }

  /** Cuts off a fraction; the nearest long when it is too large for one. */
  @Override
  public long longValue() {
    if (isWhole() && text.length() <= MAX_DIGITS) {
      return Long.parseLong(text);
    }
    return (long) doubleValue();
  }

  @Override
  public float floatValue() {
    return (float) doubleValue();
  }

  /** Exact for up to 15 digits and small exponents; else correct to about 15 digits. */
  @Override
  public double doubleValue() {
    long digits = 0;
    int scale = 0;
    int at = text.charAt(0) == '-' ? 1 : 0;
    boolean fraction = false;
    for (; at < text.length() && text.charAt(at) != 'e' && text.charAt(at) != 'E'; at++) {
      char c = text.charAt(at);
      if (c == '.') {
        fraction = true;
      } else if (digits < 100_000_000_000_000_000L) {
        digits = digits * 10 + (c - '0');
        scale -= fraction ? 1 : 0;
      } else {
        scale += fraction ? 0 : 1;
      }
    }
    if (at < text.length()) {
      String exponent = text.substring(text.charAt(at + 1) == '+' ? at + 2 : at + 1);
      scale += exponent.length() > 6 ? 0 : Integer.parseInt(exponent);
    }
    double power = 1;
    for (int i = Math.min(Math.abs(scale), 400); i > 0; i--) {
      power *= 10;
    }
    double value = scale < 0 ? digits / power : digits == 0 ? 0 : digits * power;
    return text.charAt(0) == '-' ? -value : value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonNumber number && number.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
