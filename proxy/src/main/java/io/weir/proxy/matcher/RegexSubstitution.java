package io.weir.proxy.matcher;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.weir.filter.Problems;
import org.jspecify.annotations.Nullable;

/**
 * RE2's global replacement: {@code \0} to {@code \9} in the substitution are groups, {@code \\} is
 * a backslash. Immutable.
 */
public record RegexSubstitution(Pattern pattern, String substitution) {

  /** Null when problems were reported. */
  public static @Nullable RegexSubstitution load(
      RegexMatchAndSubstitute message, Problems problems) {
    Pattern pattern =
        StringMatcher.compile(message.getPattern().getRegex(), problems.at("pattern.regex"));
    String substitution = message.getSubstitution();
    int highest = highestGroup(substitution);
    if (highest < 0) {
      problems.add(
          "substitution", "a backslash stands before a digit or a backslash only", "write \\\\");
      return null;
    }
    if (pattern != null && highest > pattern.groupCount()) {
      problems.add(
          "substitution",
          "refers to group " + highest + ", the pattern has " + pattern.groupCount(),
          "");
      return null;
    }
    return pattern == null ? null : new RegexSubstitution(pattern, substitution);
  }

  public String apply(String text) {
    return replaceAll(pattern, text, substitution);
  }

  public static String replaceAll(Pattern pattern, String text, String substitution) {
    Matcher matcher = pattern.matcher(text);
    var out = new StringBuilder(text.length() + 16);
    int at = 0;
    int end = -1;
    while (matcher.find()) {
      if (matcher.start() == matcher.end() && matcher.start() == end) {
        // RE2: nothing cannot match again where a match has just ended.
        continue;
      }
      end = matcher.end();
      out.append(text, at, matcher.start());
      expand(substitution, matcher, out);
      at = matcher.end();
    }
    return out.append(text, at, text.length()).toString();
  }

  private static void expand(String substitution, Matcher matcher, StringBuilder out) {
    for (int i = 0; i < substitution.length(); i++) {
      char c = substitution.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char next = substitution.charAt(++i);
      if (next == '\\') {
        out.append('\\');
      } else {
        String group = matcher.group(next - '0');
        out.append(group == null ? "" : group);
      }
    }
  }

  /** The highest group that is referred to, −1 when the text is malformed. */
  private static int highestGroup(String substitution) {
    int highest = 0;
    for (int i = 0; i < substitution.length(); i++) {
      if (substitution.charAt(i) == '\\') {
        char next = ++i < substitution.length() ? substitution.charAt(i) : 0;
        if (next >= '0' && next <= '9') {
          highest = Math.max(highest, next - '0');
        } else if (next != '\\') {
          return -1;
        }
      }
    }
    return highest;
  }
}
