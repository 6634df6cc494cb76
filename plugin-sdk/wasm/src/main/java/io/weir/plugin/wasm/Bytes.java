package io.weir.plugin.wasm;

import org.jspecify.annotations.Nullable;
import org.teavm.interop.Address;

/**
 * Text and bytes across the boundary. The host allocates once in each call that returns bytes: the
 * guest hands out the payload of a fresh array, which then is the result, without a copy.
 */
final class Bytes {
  // The two words that a host call fills in: where the result lies and how long it is.
  private static final byte[] RESULT = new byte[8];
  private static byte @Nullable [] allocated;

  private Bytes() {}

  /** {@code proxy_on_memory_allocate}. */
  static Address allocate(int length) {
    allocated = new byte[length];
    return Address.ofData(allocated);
  }

  /** Where a host call puts the address of its result. */
  static Address resultPointer() {
    return Address.ofData(RESULT);
  }

  /** Where a host call puts the length of its result. */
  static Address resultLength() {
    return Address.ofData(RESULT).add(4);
  }

  /** The bytes that the last host call returned. */
  static byte[] takeResult() {
    Address.pin(RESULT);
    int length = Address.ofData(RESULT).add(4).getInt();
    byte[] result = allocated;
    allocated = null;
    if (result == null || length == 0) {
      return new byte[0];
    }
    if (result.length == length) {
      return result;
    }
    byte[] exact = new byte[length];
    System.arraycopy(result, 0, exact, 0, length);
    return exact;
  }

  /** UTF-8, with a fast path for ASCII: the class library's coder is four times slower. */
  static byte[] encode(String text) {
    int length = text.length();
    byte[] ascii = new byte[length];
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return encodeWide(text);
      }
      ascii[i] = (byte) c;
    }
    return ascii;
  }

  private static byte[] encodeWide(String text) {
    byte[] bytes = new byte[text.length() * 3];
    int at = 0;
    for (int i = 0; i < text.length(); i++) {
      int c = text.charAt(i);
      if (Character.isHighSurrogate((char) c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        c = Character.toCodePoint((char) c, text.charAt(++i));
      } else if (c >= 0xd800 && c <= 0xdfff) {
        c = '?';
      }
      if (c < 0x80) {
        bytes[at++] = (byte) c;
      } else if (c < 0x800) {
        bytes[at++] = (byte) (0xc0 | c >> 6);
        bytes[at++] = (byte) (0x80 | c & 0x3f);
      } else if (c < 0x10000) {
        bytes[at++] = (byte) (0xe0 | c >> 12);
        bytes[at++] = (byte) (0x80 | c >> 6 & 0x3f);
        bytes[at++] = (byte) (0x80 | c & 0x3f);
      } else {
        bytes[at++] = (byte) (0xf0 | c >> 18);
        bytes[at++] = (byte) (0x80 | c >> 12 & 0x3f);
        bytes[at++] = (byte) (0x80 | c >> 6 & 0x3f);
        bytes[at++] = (byte) (0x80 | c & 0x3f);
      }
    }
    byte[] exact = new byte[at];
    System.arraycopy(bytes, 0, exact, 0, at);
    return exact;
  }

  static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /** UTF-8; malformed bytes become U+FFFD. */
  static String decode(byte[] bytes, int offset, int length) {
    char[] text = new char[length];
    int to = 0;
    int end = offset + length;
    int at = offset;
    while (at < end) {
      int b = bytes[at++];
      if (b >= 0) {
        text[to++] = (char) b;
        continue;
      }
      int more = (b & 0xe0) == 0xc0 ? 1 : (b & 0xf0) == 0xe0 ? 2 : (b & 0xf8) == 0xf0 ? 3 : 0;
      int c = b & (0x3f >> more);
      int taken = 0;
      while (taken < more && at < end && (bytes[at] & 0xc0) == 0x80) {
        c = c << 6 | bytes[at++] & 0x3f;
        taken++;
      }
      if (more == 0 || taken < more || c > 0x10ffff || c >= 0xd800 && c <= 0xdfff) {
        text[to++] = '\ufffd';
      } else if (c < 0x10000) {
        text[to++] = (char) c;
      } else {
        text[to++] = Character.highSurrogate(c);
        text[to++] = Character.lowSurrogate(c);
      }
    }
    return new String(text, 0, to);
  }

  /** Writes a little-endian word. */
  static void putInt(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >> 8);
    bytes[at + 2] = (byte) (value >> 16);
    bytes[at + 3] = (byte) (value >> 24);
  }

  /** Reads a little-endian word. */
  static int getInt(byte[] bytes, int at) {
    return bytes[at] & 0xff
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | (bytes[at + 3] & 0xff) << 24;
  }
}
