package io.weir.proxy.filter.statefulsession;

import io.weir.proxy.matcher.StrictBase64;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Base64 of header values, a character a byte. */
final class Base64Text {
  private Base64Text() {}

  static byte @Nullable [] decode(String text) {
    return StrictBase64.decode(text);
  }

  /** Null when the text is no Base64, or that of nothing. */
  static @Nullable String text(String text) {
    byte[] bytes = decode(text);
    return bytes == null || bytes.length == 0
        ? null
        : new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
