package io.weir.plugin.jvm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Header values as plugins see them: text, which is UTF-8 on the wire, as in a wasm module. The
 * proxy keeps each byte as one character.
 */
final class WireText {
  private WireText() {}

  /** What the proxy keeps for a text. */
  static String wire(String text) {
    return ascii(text) ? text : new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  /** The text of what the proxy keeps; malformed bytes become U+FFFD. */
  static String text(String wire) {
    return ascii(wire) ? wire : new String(wire.getBytes(ISO_8859_1), UTF_8);
  }

  private static boolean ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
