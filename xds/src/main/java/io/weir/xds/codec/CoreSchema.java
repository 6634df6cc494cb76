package io.weir.xds.codec;

import io.weir.xds.codec.SourceScalar.Kind;

/** What a plain scalar is by YAML 1.2's core schema. */
final class CoreSchema {

  private CoreSchema() {}

  static Kind kindOf(String text) {
    if (text.isEmpty()) {
      return Kind.NULL;
    }
    char first = text.charAt(0);
    if (first == '~' || first == 'n' || first == 'N') {
      return switch (text) {
        case "~", "null", "Null", "NULL" -> Kind.NULL;
        default -> Kind.STRING;
      };
    }
    if (first == 't' || first == 'T' || first == 'f' || first == 'F') {
      return switch (text) {
        case "true", "True", "TRUE", "false", "False", "FALSE" -> Kind.BOOLEAN;
        default -> Kind.STRING;
      };
    }
    if ((first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.') {
      return number(text);
    }
    return Kind.STRING;
  }

  private static Kind number(String text) {
    if (text.startsWith("0x")) {
      return digits(text, 2, 16) == text.length() && text.length() > 2 ? Kind.INTEGER : Kind.STRING;
    }
    if (text.startsWith("0o")) {
      return digits(text, 2, 8) == text.length() && text.length() > 2 ? Kind.INTEGER : Kind.STRING;
    }
    int start = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
    switch (text.substring(start)) {
      case ".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN" -> {
        return Kind.FLOAT;
      }
      default -> {}
    }
    int whole = digits(text, start, 10);
    if (whole == text.length()) {
      return whole > start ? Kind.INTEGER : Kind.STRING;
    }
    int at = whole;
    boolean any = whole > start;
    if (text.charAt(at) == '.') {
      int fraction = digits(text, at + 1, 10);
      any |= fraction > at + 1;
      at = fraction;
    }
    if (!any) {
      return Kind.STRING;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int exponent = at + 1;
      if (exponent < text.length()
          && (text.charAt(exponent) == '-' || text.charAt(exponent) == '+')) {
        exponent++;
      }
      int end = digits(text, exponent, 10);
      return end == text.length() && end > exponent ? Kind.FLOAT : Kind.STRING;
    }
    return at == text.length() ? Kind.FLOAT : Kind.STRING;
  }

  private static int digits(String text, int from, int radix) {
    int at = from;
    while (at < text.length()
        && Character.digit(text.charAt(at), radix) >= 0
        && text.charAt(at) < 128) {
      at++;
    }
    return at;
  }
}
