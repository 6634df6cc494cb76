package io.weir.proxy.router;

import java.util.Arrays;

/**
 * The path of a request as routes see it: without query, fragment and, where {@code
 * ignore_path_parameters_in_path_matching} asks for it, the parameters of its segments.
 */
final class PathParameters {
  private PathParameters() {}

  /** The bytes before query and fragment. */
  static int pathLength(byte[] bytes, int start, int length) {
    for (int i = 0; i < length; i++) {
      byte b = bytes[start + i];
      if (b == '?' || b == '#') {
        return i;
      }
    }
    return length;
  }

  static boolean in(byte[] bytes, int start, int length) {
    for (int i = start; i < start + length; i++) {
      if (bytes[i] == ';') {
        return true;
      }
    }
    return false;
  }

  /** A copy in which each segment ends before its first {@code ;}. */
  static byte[] without(byte[] bytes, int start, int length) {
    byte[] kept = new byte[length];
    int at = 0;
    boolean parameters = false;
    for (int i = start; i < start + length; i++) {
      parameters = bytes[i] != '/' && (parameters || bytes[i] == ';');
      if (!parameters) {
        kept[at++] = bytes[i];
      }
    }
    return Arrays.copyOf(kept, at);
  }
}
