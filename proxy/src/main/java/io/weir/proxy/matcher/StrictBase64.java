package io.weir.proxy.matcher;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Base64 as Envoy reads it in headers: padding may be missing, and the last character carries no
 * bits that would be lost.
 */
public final class StrictBase64 {
  private StrictBase64() {}

  /** The bytes, at least one; null when the text is no base64. */
  public static byte @Nullable [] decode(String text) {
    int end = text.length();
    for (int i = 0; i < 2 && end > 0 && text.charAt(end - 1) == '='; i++) {
      end--;
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(text.substring(0, end));
      String back = Base64.getEncoder().withoutPadding().encodeToString(decoded);
      return decoded.length > 0 && back.length() == end && text.startsWith(back) ? decoded : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
