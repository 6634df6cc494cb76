package io.weir.proxy.router;

import com.google.re2j.Pattern;
import io.weir.proxy.matcher.Ascii;
import io.weir.proxy.matcher.Latin1View;
import java.nio.charset.StandardCharsets;

/**
 * How a route matches the path, without query and fragment. Immutable. {@link #prefixLength} tells
 * how much of the path {@code prefix_rewrite} replaces.
 */
sealed interface PathMatch {
  boolean matches(byte[] bytes, int start, int length);

  /** The length of the part that matched, for {@code prefix_rewrite}. */
  default int prefixLength(int pathLength) {
    return pathLength;
  }

  /** Whether the path begins with what matched, as it does unless its parameters were ignored. */
  default boolean begins(String path) {
    return true;
  }

  private static boolean begins(String path, byte[] prefix, boolean ignoreCase) {
    if (path.length() < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      byte b = (byte) path.charAt(i);
      if ((ignoreCase ? Ascii.lower(b) : b) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  /** Text beginning every path that matches; empty when there is none or its case is ignored. */
  default byte[] indexKey() {
    return new byte[0];
  }

  /** {@code prefix}. */
  record Prefix(byte[] prefix, boolean ignoreCase) implements PathMatch {
    @Override
    public boolean matches(byte[] bytes, int start, int length) {
      return length >= prefix.length && Ascii.regionEquals(bytes, start, prefix, ignoreCase);
    }

    @Override
    public int prefixLength(int pathLength) {
      return prefix.length;
    }

    @Override
    public boolean begins(String text) {
      return PathMatch.begins(text, prefix, ignoreCase);
    }

    @Override
    public byte[] indexKey() {
      return ignoreCase ? new byte[0] : prefix;
    }
  }

  /** {@code path}. */
  record Exact(byte[] path, boolean ignoreCase) implements PathMatch {
    @Override
    public boolean matches(byte[] bytes, int start, int length) {
      return length == path.length && Ascii.regionEquals(bytes, start, path, ignoreCase);
    }

    @Override
    public int prefixLength(int pathLength) {
      // Less than all of it when parameters were ignored.
      return path.length;
    }

    @Override
    public boolean begins(String text) {
      return PathMatch.begins(text, path, ignoreCase);
    }

    @Override
    public byte[] indexKey() {
      return ignoreCase ? new byte[0] : path;
    }
  }

  /** {@code path_separated_prefix}. */
  record SeparatedPrefix(byte[] prefix, boolean ignoreCase) implements PathMatch {
    @Override
    public boolean matches(byte[] bytes, int start, int length) {
      return length >= prefix.length
          && (length == prefix.length || bytes[start + prefix.length] == '/')
          && Ascii.regionEquals(bytes, start, prefix, ignoreCase);
    }

    @Override
    public int prefixLength(int pathLength) {
      return prefix.length;
    }

    @Override
    public boolean begins(String text) {
      return PathMatch.begins(text, prefix, ignoreCase);
    }

    @Override
    public byte[] indexKey() {
      return ignoreCase ? new byte[0] : prefix;
    }
  }

  /** {@code safe_regex} over the whole path. */
  record Regex(Pattern pattern) implements PathMatch {
    @Override
    public boolean matches(byte[] bytes, int start, int length) {
      return pattern.matcher(new Latin1View(bytes, start, length)).matches();
    }
  }

  /** A URI template. */
  record Template(UriTemplate template) implements PathMatch {
    @Override
    public boolean matches(byte[] bytes, int start, int length) {
      return template.matches(bytes, start, length);
    }
  }

  /** CONNECT requests, whatever their path. */
  record Connect() implements PathMatch {
    @Override
    public boolean matches(byte[] bytes, int start, int length) {
      return true;
    }
  }

  /** The bytes of a configured path. */
  static byte[] bytes(String text, boolean ignoreCase) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (ignoreCase) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = Ascii.lower(bytes[i]);
      }
    }
    return bytes;
  }
}
