package io.weir.proxy.filter.headertometadata;

/** Numbers as {@code absl::SimpleAtod} reads them. */
final class NumberText {
  private NumberText() {}

  /** The number, or NaN when the text is none. Decimal and hexadecimal, {@code inf}. */
  static double parse(String text) {
    String trimmed = text.strip();
    int start = trimmed.startsWith("+") || trimmed.startsWith("-") ? 1 : 0;
    String digits = trimmed.substring(start);
    double sign = trimmed.startsWith("-") ? -1 : 1;
    if (digits.equalsIgnoreCase("inf") || digits.equalsIgnoreCase("infinity")) {
      return sign * Double.POSITIVE_INFINITY;
    }
    boolean hex = digits.startsWith("0x") || digits.startsWith("0X");
    if (digits.isEmpty() || !plain(digits, hex ? 2 : 0, hex)) {
      return Double.NaN;
    }
    try {
      boolean exponent = digits.indexOf('p') >= 0 || digits.indexOf('P') >= 0;
      return sign * Double.parseDouble(hex && !exponent ? digits + "p0" : digits);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  // Java's own reader takes suffixes ("1d"), too.
  private static boolean plain(String digits, int from, boolean hex) {
    for (int i = from; i < digits.length(); i++) {
      char c = digits.charAt(i);
      boolean fits =
          c >= '0' && c <= '9'
              || c == '.'
              || c == '+'
              || c == '-'
              || (hex ? c == 'p' || c == 'P' || Character.digit(c, 16) >= 0 : c == 'e' || c == 'E');
      if (!fits) {
        return false;
      }
    }
    return true;
  }
}
