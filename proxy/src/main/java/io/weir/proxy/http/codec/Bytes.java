package io.weir.proxy.http.codec;

/** Classes of bytes in HTTP/1 heads, as tables. */
final class Bytes {
  /** The lower-case form of a token character (RFC 9110 5.6.2), 0 for every other byte. */
  static final byte[] TOKEN = new byte[256];

  /** Whether a byte may stand in a field value: tab, space, visible ASCII, obs-text. */
  static final boolean[] VALUE = new boolean[256];

  /** Whether a byte may stand in a host: Envoy's set, plus what IPv6 literals need. */
  static final boolean[] AUTHORITY = new boolean[256];

  static {
    for (int c = 0; c < 128; c++) {
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      boolean digit = c >= '0' && c <= '9';
      if (letter || digit || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
        TOKEN[c] = (byte) (c >= 'A' && c <= 'Z' ? c + 32 : c);
      }
      AUTHORITY[c] = letter || digit || "-._~%!$&'()*+,;=:@[]".indexOf(c) >= 0;
    }
    for (int c = 0; c < 256; c++) {
      VALUE[c] = c == '\t' || c >= ' ' && c != 0x7f;
    }
  }

  private Bytes() {}

  static byte token(byte b) {
    return TOKEN[b & 0xff];
  }

  static boolean value(byte b) {
    return VALUE[b & 0xff];
  }

  static boolean space(byte b) {
    return b == ' ' || b == '\t';
  }

  /** Whether the text equals {@code lower}, ASCII letters compared without case. */
  static boolean equalsIgnoreCase(byte[] text, int start, int length, String lower) {
    if (length != lower.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      byte b = text[start + i];
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
