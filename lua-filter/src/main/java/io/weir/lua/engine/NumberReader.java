package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/**
 * Text to number by LuaJIT's rules: decimal, hexadecimal (with fraction and binary exponent),
 * {@code 0b} binary, {@code inf}, {@code nan}, surrounding white space; in source text also the
 * suffixes {@code LL}, {@code ULL} and {@code i}.
 */
public final class NumberReader {
  private final byte[] text;
  private int at;
  private int end;

  private NumberReader(byte[] text) {
    this.text = text;
    this.end = text.length;
  }

  /** The number that {@code tonumber} gives, or null. */
  public static @Nullable Double read(LuaString text) {
    return new NumberReader(text.bytes()).spaced();
  }

  /** A numeral of source text, or null when it is malformed. */
  public static @Nullable Object literal(byte[] text) {
    var reader = new NumberReader(text);
    if (text.length > 1 && (text[text.length - 1] | 0x20) == 'i') {
      reader.end--;
      Double imaginary = reader.whole();
      return imaginary == null ? null : LuaInt64.complex(imaginary);
    }
    if (text.length > 2
        && (text[text.length - 1] | 0x20) == 'l'
        && (text[text.length - 2] | 0x20) == 'l') {
      reader.end -= 2;
      boolean unsigned = (text[reader.end - 1] | 0x20) == 'u';
      if (unsigned) {
        reader.end--;
      }
      Long value = reader.integer();
      return value == null ? null : unsigned ? LuaInt64.unsigned(value) : LuaInt64.signed(value);
    }
    return reader.whole();
  }

  /** {@code tonumber(text, base)}, or null. */
  public static @Nullable Double inBase(LuaString text, int base) {
    LuaString string = text.cutAtNul();
    var reader = new NumberReader(string.bytes());
    reader.trim();
    boolean negative = reader.sign();
    if (base == 16 && reader.prefix('x')) {
      reader.at += 2;
    }
    if (reader.at >= reader.end) {
      return null;
    }
    double value = 0;
    for (; reader.at < reader.end; reader.at++) {
      int digit = Character.digit(reader.text[reader.at], base);
      if (digit < 0) {
        return null;
      }
      value = value * base + digit;
    }
    return negative ? -value : value;
  }

  private @Nullable Double spaced() {
    trim();
    boolean negative = sign();
    Double value = whole();
    return value == null ? null : negative ? Double.valueOf(-value) : value;
  }

  private void trim() {
    while (at < end && space(text[at])) {
      at++;
    }
    while (end > at && space(text[end - 1])) {
      end--;
    }
  }

  private boolean sign() {
    if (at < end && (text[at] == '-' || text[at] == '+')) {
      return text[at++] == '-';
    }
    return false;
  }

  private static boolean space(byte b) {
    return b == ' ' || b >= 9 && b <= 13;
  }

  /** Whether the text goes on with {@code 0} and this letter. */
  private boolean prefix(int letter) {
    return end - at >= 2 && text[at] == '0' && (text[at + 1] | 0x20) == letter;
  }

  private @Nullable Double whole() {
    if (at >= end) {
      return null;
    }
    if (prefix('x')) {
      at += 2;
      return hexadecimal();
    }
    if (prefix('b')) {
      at += 2;
      return binary();
    }
    if (text[at] != '.' && (text[at] < '0' || text[at] > '9')) {
      return word();
    }
    return decimal();
  }

  private @Nullable Double word() {
    String word = new String(text, at, end - at, java.nio.charset.StandardCharsets.ISO_8859_1);
    if (word.equalsIgnoreCase("inf") || word.equalsIgnoreCase("infinity")) {
      return Double.POSITIVE_INFINITY;
    }
    return word.equalsIgnoreCase("nan") ? Double.NaN : null;
  }

  private @Nullable Double decimal() {
    int start = at;
    int digits = digits();
    boolean simple = digits < 16;
    long value = simple ? parse(start, at) : 0;
    if (at == end && simple) {
      return (double) value;
    }
    if (at < end && text[at] == '.') {
      at++;
      digits += digits();
    }
    if (digits == 0) {
      return null;
    }
    if (at < end && (text[at] | 0x20) == 'e') {
      at++;
      sign();
      if (digits() == 0) {
        return null;
      }
    }
    if (at != end) {
      return null;
    }
    return Double.valueOf(
        new String(text, start, end - start, java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  private int digits() {
    int start = at;
    while (at < end && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    return at - start;
  }

  private long parse(int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value * 10 + (text[i] - '0');
    }
    return value;
  }

  private @Nullable Double hexadecimal() {
    var hex = new StringBuilder("0x");
    int count = hexDigits(hex);
    if (at < end && text[at] == '.') {
      at++;
      hex.append('.');
      count += hexDigits(hex);
    }
    if (count == 0) {
      return null;
    }
    if (at < end && (text[at] | 0x20) == 'p') {
      int start = at++;
      sign();
      if (digits() == 0) {
        return null;
      }
      hex.append(new String(text, start, at - start, java.nio.charset.StandardCharsets.ISO_8859_1));
    } else {
      hex.append("p0");
    }
    return at == end ? Double.valueOf(hex.toString()) : null;
  }

  private int hexDigits(StringBuilder out) {
    int start = at;
    while (at < end && Character.digit(text[at], 16) >= 0) {
      out.append((char) text[at++]);
    }
    return at - start;
  }

  private @Nullable Double binary() {
    if (at >= end) {
      return null;
    }
    double value = 0;
    for (; at < end; at++) {
      if (text[at] != '0' && text[at] != '1') {
        return null;
      }
      value = value * 2 + (text[at] - '0');
    }
    return value;
  }

  private @Nullable Long integer() {
    int base = 10;
    if (prefix('x')) {
      base = 16;
      at += 2;
    } else if (prefix('b')) {
      base = 2;
      at += 2;
    }
    if (at >= end) {
      return null;
    }
    long value = 0;
    for (; at < end; at++) {
      int digit = Character.digit(text[at], base);
      if (digit < 0) {
        return null;
      }
      value = value * base + digit;
    }
    return value;
  }
}
