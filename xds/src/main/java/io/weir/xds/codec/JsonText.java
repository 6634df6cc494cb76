package io.weir.xds.codec;

/** Prints trees as JSON. */
public final class JsonText {

  private final StringBuilder out = new StringBuilder();
  private final boolean pretty;

  private JsonText(boolean pretty) {
    this.pretty = pretty;
  }

  /** On one line, without blanks. */
  public static String compact(SourceNode node) {
    return new JsonText(false).print(node);
  }

  /** Over several lines, indented by one blank. */
  public static String pretty(SourceNode node) {
    return new JsonText(true).print(node);
  }

  /** A string in double quotes, escaped. */
  public static String quoted(String text) {
    JsonText json = new JsonText(false);
    json.string(text);
    return json.out.toString();
  }

  private String print(SourceNode node) {
    node(node, 0);
    return out.toString();
  }

  private void node(SourceNode node, int depth) {
    switch (node) {
      case SourceScalar scalar -> scalar(scalar);
      case SourceList list -> list(list, depth);
      case SourceMap map -> map(map, depth);
    }
  }

  private void list(SourceList list, int depth) {
    out.append('[');
    for (int i = 0; i < list.items().size(); i++) {
      separate(i, depth + 1);
      node(list.items().get(i), depth + 1);
    }
    close(list.items().isEmpty(), depth, ']');
  }

  private void map(SourceMap map, int depth) {
    out.append('{');
    for (int i = 0; i < map.entries().size(); i++) {
      SourceMap.Entry entry = map.entries().get(i);
      separate(i, depth + 1);
      string(entry.key());
      out.append(pretty ? ": " : ":");
      node(entry.value(), depth + 1);
    }
    close(map.entries().isEmpty(), depth, '}');
  }

  private void separate(int index, int depth) {
    if (index > 0) {
      out.append(',');
    }
    line(depth);
  }

  private void close(boolean empty, int depth, char bracket) {
    if (!empty) {
      line(depth);
    }
    out.append(bracket);
  }

  private void line(int depth) {
    if (pretty) {
      out.append('\n').repeat(' ', depth);
    }
  }

  private void scalar(SourceScalar scalar) {
    switch (scalar.kind()) {
      case NULL -> out.append("null");
      case STRING -> string(scalar.text());
      case BOOLEAN -> out.append(ScalarEncoding.bool(scalar));
      case INTEGER, FLOAT -> number(scalar);
    }
  }

  /** YAML writes numbers in ways that JSON does not know. */
  private void number(SourceScalar scalar) {
    String text = scalar.text();
    boolean plain = !text.isEmpty() && "+.".indexOf(text.charAt(0)) < 0 && !text.startsWith("-.");
    boolean octalLike =
        text.length() > 1 && text.charAt(0) == '0' && Character.isLetterOrDigit(text.charAt(1));
    if (plain && !octalLike && !text.endsWith(".")) {
      out.append(text);
      return;
    }
    double value;
    try {
      value = ScalarEncoding.real(scalar);
    } catch (WrongValue e) {
      string(text); // beyond what a double holds
      return;
    }
    SourceScalar number = WellKnownText.number(value, Double.toString(value));
    if (number.isString()) {
      string(number.text());
    } else {
      out.append(number.text());
    }
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f || c == 0x2028 || c == 0x2029) {
            out.append("\\u");
            String hex = Integer.toHexString(c);
            out.repeat('0', 4 - hex.length()).append(hex);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
