package io.weir.controlplane.security;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;

/**
 * A value of a policy: an exact text, a prefix ({@code abc*}), a suffix ({@code *abc}), or anything
 * that is not empty ({@code *}).
 */
final class TextPattern {

  private static final String ANYTHING = "*";

  private TextPattern() {}

  static boolean isAnything(String value) {
    return value.equals(ANYTHING);
  }

  static StringMatcher matcher(String value) {
    return matcher(value, "");
  }

  /**
   * A matcher for texts that begin with {@code lead} and then match.
   *
   * @param lead what every text begins with, such as {@code spiffe://}
   */
  static StringMatcher matcher(String value, String lead) {
    if (isAnything(value)) {
      return regex(".+");
    }
    if (value.startsWith(ANYTHING)) {
      String suffix = value.substring(1);
      return lead.isEmpty()
          ? StringMatcher.newBuilder().setSuffix(suffix).build()
          : regex(lead + ".*" + quote(suffix));
    }
    if (value.endsWith(ANYTHING)) {
      String prefix = value.substring(0, value.length() - 1);
      return StringMatcher.newBuilder().setPrefix(lead + prefix).build();
    }
    return StringMatcher.newBuilder().setExact(lead + value).build();
  }

  static StringMatcher regex(String expression) {
    return StringMatcher.newBuilder()
        .setSafeRegex(RegexMatcher.newBuilder().setRegex(expression))
        .build();
  }

  /** As an expression; only what means something in RE2 is escaped. */
  static String quote(String text) {
    return text.chars().allMatch(c -> Character.isLetterOrDigit(c) || "/-_:@".indexOf(c) >= 0)
        ? text
        : Pattern.quote(text);
  }
}
