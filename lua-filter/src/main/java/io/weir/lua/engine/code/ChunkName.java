package io.weir.lua.engine.code;

import io.weir.lua.engine.LuaString;
import java.nio.charset.StandardCharsets;

/** How positions show a chunk: {@code =name}, {@code @file}, or the source's own first line. */
public final class ChunkName {
  private static final int LIMIT = 60;

  private ChunkName() {}

  public static String display(LuaString name) {
    byte[] bytes = name.bytes();
    if (bytes.length > 0 && bytes[0] == '=') {
      return text(bytes, 1, Math.min(bytes.length, LIMIT));
    }
    if (bytes.length > 0 && bytes[0] == '@') {
      int length = bytes.length - 1;
      return length < LIMIT
          ? text(bytes, 1, bytes.length)
          : "..." + text(bytes, bytes.length - (LIMIT - 4), bytes.length);
    }
    int length = 0;
    while (length < LIMIT - 12 && length < bytes.length && (bytes[length] & 0xff) >= ' ') {
      length++;
    }
    if (length == bytes.length) {
      return "[string \"" + text(bytes, 0, length) + "\"]";
    }
    return "[string \"" + text(bytes, 0, Math.min(length, LIMIT - 15)) + "...\"]";
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }
}
