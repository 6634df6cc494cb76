package io.weir.proxy.router;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.weir.filter.Problems;
import io.weir.proxy.matcher.Latin1View;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path template: literals, {@code *} for one segment, {@code **} for any number of characters,
 * and variables {@code {name}}, {@code {name=pattern}}. Compiled to one expression. Immutable.
 */
public final class UriTemplate {
  private static final String SEGMENT = "[a-zA-Z0-9-._~%!$&'()+,;:@]+";
  private static final String REST = "[a-zA-Z0-9-._~%!$&'()+,;:@/]*";
  private static final int MAX_VARIABLES = 5;

  private final String text;
  private final Pattern pattern;
  private final List<String> variables;

  private UriTemplate(String text, Pattern pattern, List<String> variables) {
    this.text = text;
    this.pattern = pattern;
    this.variables = List.copyOf(variables);
  }

  /** Null when problems were reported. */
  public static @Nullable UriTemplate compile(String text, Problems problems) {
    if (!text.startsWith("/")) {
      problems.add("", "a path template begins with a slash: " + text, "");
      return null;
    }
    var variables = new ArrayList<String>();
    var expression = new StringBuilder();
    String error = translate(text, expression, variables, false);
    if (error != null) {
      problems.add("", "bad path template " + text + ": " + error, "");
      return null;
    }
    return new UriTemplate(text, Pattern.compile(expression.toString()), variables);
  }

  public boolean matches(byte[] bytes, int start, int length) {
    return pattern.matcher(new Latin1View(bytes, start, length)).matches();
  }

  List<String> variables() {
    return variables;
  }

  /** The values of the variables, or null when the path does not match. */
  String @Nullable [] capture(CharSequence path) {
    Matcher matcher = pattern.matcher(path);
    if (!matcher.matches()) {
      return null;
    }
    var values = new String[variables.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = matcher.group(i + 1);
    }
    return values;
  }

  /** Appends the expression for a template; returns what is wrong with it, or null. */
  private static @Nullable String translate(
      String text, StringBuilder out, List<String> variables, boolean inVariable) {
    int at = 0;
    boolean restSeen = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '{') {
        int close = text.indexOf('}', at);
        String error =
            inVariable || close < 0
                ? "unbalanced braces"
                : variable(text.substring(at + 1, close), out, variables);
        if (error != null) {
          return error;
        }
        restSeen |= text.substring(at, close).contains("**");
        at = close + 1;
      } else if (text.startsWith("**", at)) {
        out.append(REST);
        restSeen = true;
        at += 2;
      } else if (c == '*') {
        if (restSeen) {
          return "* after **";
        }
        out.append(SEGMENT);
        at++;
      } else if (c == '}') {
        return "unbalanced braces";
      } else {
        out.append(Pattern.quote(String.valueOf(c)));
        at++;
      }
    }
    return null;
  }

  private static @Nullable String variable(String text, StringBuilder out, List<String> variables) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    if (!isName(name) || variables.contains(name)) {
      return "bad or repeated variable {" + text + "}";
    }
    variables.add(name);
    if (variables.size() > MAX_VARIABLES) {
      return "more than " + MAX_VARIABLES + " variables";
    }
    out.append('(');
    String pattern = equals < 0 ? "*" : text.substring(equals + 1);
    String error = pattern.isEmpty() ? "empty pattern" : translate(pattern, out, variables, true);
    out.append(')');
    return error;
  }

  private static boolean isName(String name) {
    if (name.isEmpty() || name.length() > 16 || !Character.isLetter(name.charAt(0))) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 128 || !Character.isLetterOrDigit(c) && c != '_') {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }
}
