package io.weir.plugin.test;

import java.util.List;

/** Shows two traces side by side. */
final class Parity {
  private static final int WIDTH = 60;

  private Parity() {}

  static String difference(BackEnd left, List<String> one, BackEnd right, List<String> other) {
    var text = new StringBuilder("the back ends differ:\n");
    line(text, " ", left.toString(), right.toString());
    for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
      String a = i < one.size() ? one.get(i) : "";
      String b = i < other.size() ? other.get(i) : "";
      line(text, a.equals(b) ? " " : "!", a, b);
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String mark, String left, String right) {
    text.append(mark).append(' ').append(left);
    text.append(" ".repeat(Math.max(1, WIDTH - left.length()))).append("| ").append(right);
    text.append('\n');
  }
}
