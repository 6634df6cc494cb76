package io.weir.plugin;

import org.jspecify.annotations.Nullable;

/** RFC 4648 in both alphabets; the same in a sandbox and in process. */
public final class Base64 {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private Base64() {}

  /** With padding. */
  public static String encode(byte[] bytes) {
    return encode(bytes, "+/", true);
  }

  /** The alphabet for URLs, without padding, as JWTs have it. */
  public static String encodeUrl(byte[] bytes) {
    return encode(bytes, "-_", false);
  }

  private static String encode(byte[] bytes, String last, boolean padded) {
    String alphabet = LETTERS + last;
    var text = new StringBuilder((bytes.length + 2) / 3 * 4);
    for (int i = 0; i < bytes.length; i += 3) {
      int left = Math.min(3, bytes.length - i);
      int group = (bytes[i] & 0xff) << 16;
      group |= left > 1 ? (bytes[i + 1] & 0xff) << 8 : 0;
      group |= left > 2 ? bytes[i + 2] & 0xff : 0;
      for (int letter = 0; letter <= left; letter++) {
        text.append(alphabet.charAt(group >> 18 - 6 * letter & 63));
      }
      for (int letter = left; padded && letter < 3; letter++) {
        text.append('=');
      }
    }
    return text.toString();
  }

  /**
   * The bytes of a text in either alphabet, padded or not; null when it is neither. Two texts never
   * mean the same bytes: bits that are left over must be 0 (RFC 4648, 3.5).
   */
  public static byte @Nullable [] decode(String text) {
    int length = text.length();
    while (length > 0 && text.charAt(length - 1) == '=' && text.length() - length < 2) {
      length--;
    }
    if (length % 4 == 1) {
      return null;
    }
    var bytes = new byte[length * 3 / 4];
    int group = 0;
    int at = 0;
    for (int i = 0; i < length; i++) {
      int value = value(text.charAt(i));
      if (value < 0) {
        return null;
      }
      group = group << 6 | value;
      int bits = i % 4 * 2;
      if (i % 4 > 0) {
        bytes[at++] = (byte) (group >> 6 - bits);
      }
    }
    int left = length % 4 == 2 ? 0x0f : length % 4 == 3 ? 0x03 : 0;
    return (group & left) == 0 ? bytes : null;
  }

  private static int value(char letter) {
    return switch (letter) {
      case '+', '-' -> 62;
      case '/', '_' -> 63;
      default -> LETTERS.indexOf(letter);
    };
  }
}
