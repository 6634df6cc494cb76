package io.weir.proxy.stats;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Prints numbers as the C++ formats that Envoy uses do. */
final class StatsNumbers {
  private static final MathContext EXACT = new MathContext(32, RoundingMode.HALF_EVEN);

  static final double[] QUANTILES = {0, 0.25, 0.5, 0.75, 0.90, 0.95, 0.99, 0.995, 0.999, 1};

  private StatsNumbers() {}

  /** The shortest text that means the number: {@code 44}, {@code 1.0333333333333334}. */
  static String shortest(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /** The number's binary value to 32 digits, as {@code %.32g} prints it. */
  static String exact(double value) {
    if (value == 0) {
      return "0";
    }
    return new BigDecimal(value).round(EXACT).stripTrailingZeros().toPlainString();
  }

  /** Six digits, as {@code %g} prints it: {@code 0.5}, {@code 300000}, {@code 1.8e+06}. */
  static String general(double value) {
    return value >= 1e6 ? exponent(value) : shortest(value);
  }

  /** Plain or with an exponent, whichever is shorter: {@code 1800000}, {@code 3e+05}. */
  static String json(double value) {
    String plain = shortest(value);
    String scientific = exponent(value);
    return value >= 1 && scientific.length() < plain.length() ? scientific : plain;
  }

  private static String exponent(double value) {
    BigDecimal number = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    String digits = number.unscaledValue().toString();
    int power = number.precision() - number.scale() - 1;
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return mantissa + "e+" + (power < 10 ? "0" : "") + power;
  }
}
