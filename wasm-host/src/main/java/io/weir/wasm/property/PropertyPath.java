package io.weir.wasm.property;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A property's path: the bytes that the guest sent and the parts between their NULs. A NUL at the
 * end, which the C++ SDK sends, is no part.
 */
final class PropertyPath {
  private final byte[] bytes;
  private final String raw;
  private final String trimmed;
  private final String[] parts;

  PropertyPath(byte[] bytes) {
    this.bytes = bytes;
    this.raw = new String(bytes, StandardCharsets.ISO_8859_1);
    this.trimmed = raw.endsWith("\0") ? raw.substring(0, raw.length() - 1) : raw;
    this.parts = split(new String(bytes, StandardCharsets.UTF_8));
  }

  private static String[] split(String path) {
    List<String> parts = new ArrayList<>(4);
    int start = 0;
    while (start < path.length()) {
      int end = path.indexOf('\0', start);
      if (end < 0) {
        end = path.length();
      }
      parts.add(path.substring(start, end));
      start = end + 1;
    }
    return parts.toArray(String[]::new);
  }

  boolean matches(byte[] source, int offset, int length) {
    return Arrays.equals(bytes, 0, bytes.length, source, offset, offset + length);
  }

  /** The whole path as sent, Latin-1; names filter state. */
  String raw() {
    return raw;
  }

  /**
   * As {@link #raw} without a NUL at the end: what a guest reads may end in one, what it set not.
   */
  String trimmed() {
    return trimmed;
  }

  int size() {
    return parts.length;
  }

  String part(int index) {
    return parts[index];
  }
}
