package io.weir.filter;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Bytes in a {@code String}: UTF-8 where they are, and each byte that belongs to no character as
 * one of the lone surrogates U+DC80 to U+DCFF, which no UTF-8 gives. So metadata and filter state
 * keep whatever bytes a script put there.
 */
public final class ByteText {
  private static final char FIRST = '\uDC00';

  private ByteText() {}

  /** The text of some bytes. */
  public static String of(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.indexOf('\uFFFD') < 0 ? text : lossless(bytes);
  }

  private static String lossless(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      for (int i = result.length(); i > 0; i--) {
        out.put((char) (FIRST + (in.get() & 0xff)));
      }
    }
  }

  /** The bytes of a text. */
  public static byte[] bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return plain(text) ? bytes : mixed(text);
  }

  /** Whether a text is made of characters only. */
  public static boolean plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (escape(text, i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean escape(String text, int at) {
    char c = text.charAt(at);
    return c >= '\uDC80'
        && c <= '\uDCFF'
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }

  private static byte[] mixed(String text) {
    ByteBuffer out = ByteBuffer.allocate(3 * text.length());
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || escape(text, i)) {
        out.put(text.substring(from, i).getBytes(StandardCharsets.UTF_8));
        from = i + 1;
        if (i < text.length()) {
          out.put((byte) (text.charAt(i) - FIRST));
        }
      }
    }
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }
}
