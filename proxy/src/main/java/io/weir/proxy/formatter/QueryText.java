package io.weir.proxy.formatter;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Reads query strings. */
final class QueryText {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private QueryText() {}

  /** The first value of a parameter, decoded; null when it is absent. */
  static @Nullable String parameter(String query, String name) {
    int at = 0;
    while (at <= query.length()) {
      int end = query.indexOf('&', at);
      end = end < 0 ? query.length() : end;
      int equals = query.indexOf('=', at);
      int nameEnd = equals < 0 || equals > end ? end : equals;
      if (decode(query.substring(at, nameEnd)).equals(name)) {
        return nameEnd == end ? "" : decode(query.substring(nameEnd + 1, end));
      }
      at = end + 1;
    }
    return null;
  }

  /** What is no visible ASCII, and percent signs, as percent sequences. */
  static String printable(String text) {
    var out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= '~' || c == '%') {
        out.append('%').append(HEX.toHighHexDigit(c)).append(HEX.toLowHexDigit(c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** Percent sequences decoded; broken ones stay. */
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] out = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
      if (low >= 0) {
        out[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        out[length++] = (byte) c;
      }
    }
    return new String(out, 0, length, StandardCharsets.ISO_8859_1);
  }
}
