package io.weir.plugin;

/** Bytes as hexadecimal digits; the JDK's HexFormat does not exist in a sandbox. */
public final class Hex {
  private static final String DIGITS = "0123456789abcdef";

  private Hex() {}

  /** Two lower-case digits a byte. */
  public static String encode(byte[] bytes) {
    var text = new StringBuilder(bytes.length * 2);
    for (byte b : bytes) {
      text.append(DIGITS.charAt(b >> 4 & 15)).append(DIGITS.charAt(b & 15));
    }
    return text.toString();
  }

  /**
   * Reads pairs of digits of either case.
   *
   * @throws IllegalArgumentException when the text is anything else
   */
  public static byte[] decode(String text) {
    if (text.length() % 2 != 0) {
      throw new IllegalArgumentException("an odd number of digits");
    }
    var bytes = new byte[text.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      int high = Character.digit(text.charAt(i * 2), 16);
      int low = Character.digit(text.charAt(i * 2 + 1), 16);
      if (high < 0 || low < 0) {
        throw new IllegalArgumentException("no hexadecimal digit at " + i * 2);
      }
      bytes[i] = (byte) (high << 4 | low);
    }
    return bytes;
  }
}
