package io.weir.lua.api;

import io.weir.lua.engine.LuaString;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** {@code handle:base64Decode}: as {@code absl::Base64Unescape} reads it. */
final class Base64Text {
  private Base64Text() {}

  /**
   * White space is skipped, padding may be left out but not in part, bits beyond the last byte are
   * ignored.
   *
   * @return nil when it is no base64
   */
  static @Nullable Object decode(LuaString text) {
    byte[] kept = new byte[text.length() + 3];
    int length = 0;
    int padding = 0;
    for (byte b : text.bytes()) {
      if (b == ' ' || b >= '\t' && b <= '\r') {
        continue;
      }
      if (b == '=') {
        padding++;
      } else if (padding > 0) {
        return null;
      } else {
        kept[length++] = b;
      }
    }
    int missing = -length & 3;
    if (missing == 3 || padding > 0 && padding != missing) {
      return null;
    }
    try {
      return LuaString.own(Base64.getDecoder().decode(java.util.Arrays.copyOf(kept, length)));
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }
}
