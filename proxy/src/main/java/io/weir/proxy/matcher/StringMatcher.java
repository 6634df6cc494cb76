package io.weir.proxy.matcher;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.weir.filter.Problems;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@code envoy.type.matcher.v3.StringMatcher}. Immutable. Bytes are compared as they
 * are; case is ignored for ASCII letters only.
 */
public sealed interface StringMatcher {

  boolean matches(byte[] bytes, int start, int length);

  default boolean matches(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return matches(bytes, 0, bytes.length);
  }

  /**
   * @return null when problems were reported
   */
  static @Nullable StringMatcher load(
      io.envoyproxy.envoy.type.matcher.v3.StringMatcher matcher, Problems problems) {
    boolean ignoreCase = matcher.getIgnoreCase();
    return switch (matcher.getMatchPatternCase()) {
      case EXACT -> exact(matcher.getExact(), ignoreCase);
      case PREFIX -> new Prefix(bytes(matcher.getPrefix(), ignoreCase), ignoreCase);
      case SUFFIX -> new Suffix(bytes(matcher.getSuffix(), ignoreCase), ignoreCase);
      case CONTAINS -> new Contains(bytes(matcher.getContains(), ignoreCase), ignoreCase);
      case SAFE_REGEX -> regex(matcher.getSafeRegex(), problems.at("safe_regex"));
      case CUSTOM -> {
        problems.add(
            "custom",
            "string matchers of extension "
                + matcher.getCustom().getName()
                + " are not implemented",
            "use exact, prefix, suffix, contains or safe_regex");
        yield null;
      }
      case MATCHPATTERN_NOT_SET -> {
        problems.add(
            "",
            "no match pattern is given",
            "set exact, prefix, suffix, contains or" + " safe_regex");
        yield null;
      }
    };
  }

  static StringMatcher exact(String text, boolean ignoreCase) {
    return new Exact(bytes(text, ignoreCase), ignoreCase);
  }

  static StringMatcher prefix(String text) {
    return new Prefix(bytes(text, false), false);
  }

  static StringMatcher suffix(String text) {
    return new Suffix(bytes(text, false), false);
  }

  static StringMatcher contains(String text) {
    return new Contains(bytes(text, false), false);
  }

  /** A whole-value match by RE2; null when the pattern is no RE2 syntax. */
  static @Nullable StringMatcher regex(RegexMatcher regex, Problems problems) {
    Pattern pattern = compile(regex.getRegex(), problems.at("regex"));
    return pattern == null ? null : new Regex(pattern);
  }

  static @Nullable Pattern compile(String regex, Problems problems) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      problems.add("", "no RE2 expression: " + e.getMessage(), "");
      return null;
    }
  }

  private static byte[] bytes(String text, boolean ignoreCase) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (ignoreCase) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = Ascii.lower(bytes[i]);
      }
    }
    return bytes;
  }

  /** The whole value. */
  record Exact(byte[] text, boolean ignoreCase) implements StringMatcher {
    @Override
    public boolean matches(byte[] bytes, int start, int length) {
      return length == text.length && Ascii.regionEquals(bytes, start, text, ignoreCase);
    }
  }

  record Prefix(byte[] text, boolean ignoreCase) implements StringMatcher {
    @Override
    public boolean matches(byte[] bytes, int start, int length) {
      return length >= text.length && Ascii.regionEquals(bytes, start, text, ignoreCase);
    }
  }

  record Suffix(byte[] text, boolean ignoreCase) implements StringMatcher {
    @Override
    public boolean matches(byte[] bytes, int start, int length) {
      return length >= text.length
          && Ascii.regionEquals(bytes, start + length - text.length, text, ignoreCase);
    }
  }

  record Contains(byte[] text, boolean ignoreCase) implements StringMatcher {
    @Override
    public boolean matches(byte[] bytes, int start, int length) {
      for (int at = start; at <= start + length - text.length; at++) {
        if (Ascii.regionEquals(bytes, at, text, ignoreCase)) {
          return true;
        }
      }
      return false;
    }
  }

  record Regex(Pattern pattern) implements StringMatcher {
    @Override
    public boolean matches(byte[] bytes, int start, int length) {
      return pattern.matcher(new Latin1View(bytes, start, length)).matches();
    }

    @Override
    public boolean matches(String text) {
      return pattern.matches(text);
    }
  }
}
