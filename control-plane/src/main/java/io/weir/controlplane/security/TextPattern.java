package io.weir.controlplane.security;

import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A value of a policy: an exact text, a prefix ({@code abc*}), a suffix ({@code *abc}), or anything
 * that is not empty ({@code *}).
 */
final class TextPattern {

  private static final String ANYTHING = "*";
  private static final String SPECIAL = "\\.+*?()|[]{}^$";

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

  /** As an expression of RE2 that means this very text. */
  static String quote(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (SPECIAL.indexOf(text.charAt(i)) >= 0) {
        out.append('\\');
      }
      out.append(text.charAt(i));
    }
    return out.toString();
  }

  /** As {@link #quote(String)}, with an expression in the place of each star. */
  static String quote(String text, String star) {
    return Stream.of(text.split("\\*", -1))
        .map(TextPattern::quote)
        .collect(Collectors.joining(star));
  }
}
