package io.weir.proxy.formatter;

import io.weir.filter.Problems;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits a format at its operators: {@code %NAME%}, {@code %NAME(ARGUMENTS)%}, {@code
 * %NAME(ARGUMENTS):LENGTH%}; {@code %%} is a percent sign. Arguments end at the first {@code )}
 * that is followed by {@code %} or by a length.
 */
final class FormatParser {
  private final String text;
  private final FormatOptions options;
  private final Problems problems;
  private final List<Operator> operators = new ArrayList<>();
  private final StringBuilder literal = new StringBuilder();
  private int at;

  private FormatParser(String text, FormatOptions options, Problems problems) {
    this.text = text;
    this.options = options;
    this.problems = problems;
  }

  /** The pieces, or null when problems were reported. */
  static @Nullable List<Operator> parse(String text, FormatOptions options, Problems problems) {
    var parser = new FormatParser(text, options, problems);
    return parser.run() ? parser.operators : null;
  }

  private boolean run() {
    boolean good = true;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != '%') {
        literal.append(c);
        at++;
      } else if (text.startsWith("%%", at)) {
        literal.append('%');
        at += 2;
      } else if (!command()) {
        good = false;
        break;
      }
    }
    flushLiteral();
    return good;
  }

  private void flushLiteral() {
    if (!literal.isEmpty()) {
      operators.add(new Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  private boolean command() {
    int start = at;
    int p = at + 1;
    while (p < text.length() && isNameChar(text.charAt(p))) {
      p++;
    }
    String name = text.substring(start + 1, p);
    String arguments = null;
    if (p < text.length() && text.charAt(p) == '(') {
      int close = closingParenthesis(p);
      if (close < 0) {
        return malformed(start);
      }
      arguments = text.substring(p + 1, close);
      p = close + 1;
    }
    int limit = -1;
    if (p < text.length() && text.charAt(p) == ':') {
      int end = digitsEnd(p + 1);
      if (end - p - 1 > 9) {
        return malformed(start);
      }
      limit = end > p + 1 ? Integer.parseInt(text.substring(p + 1, end)) : -1;
      p = end;
    }
    if (name.isEmpty() || p >= text.length() || text.charAt(p) != '%') {
      return malformed(start);
    }
    at = p + 1;
    flushLiteral();
    Operator operator = Operators.build(new Command(name, arguments, limit), options, problems);
    if (operator == null) {
      return false;
    }
    operators.add(operator);
    return true;
  }

  private boolean malformed(int start) {
    problems.add(
        "",
        "malformed operator at position " + start + " of \"" + text + "\"",
        "write %NAME%, %NAME(ARGUMENTS)% or %NAME(ARGUMENTS):LENGTH%; %% is a percent sign");
    return false;
  }

  private int closingParenthesis(int open) {
    for (int i = text.indexOf(')', open); i >= 0; i = text.indexOf(')', i + 1)) {
      int after = i + 1;
      if (after < text.length() && text.charAt(after) == ':') {
        int end = digitsEnd(after + 1);
        after = end > after + 1 ? end : after;
      }
      if (after < text.length() && text.charAt(after) == '%') {
        return i;
      }
    }
    return -1;
  }

  private int digitsEnd(int from) {
    int p = from;
    while (p < text.length() && Character.isDigit(text.charAt(p))) {
      p++;
    }
    return p;
  }

  private static boolean isNameChar(char c) {
    return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
  }
}
