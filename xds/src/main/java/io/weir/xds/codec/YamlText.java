package io.weir.xds.codec;

/** Prints trees as YAML in block style, texts of several lines as literals. */
public final class YamlText {

  private final StringBuilder out = new StringBuilder();

  private YamlText() {}

  /** A document without its {@code ---}, ending in a line break. */
  public static String of(SourceNode node) {
    YamlText yaml = new YamlText();
    switch (node) {
      case SourceScalar scalar -> yaml.scalar(scalar, 0);
      case SourceList list when list.items().isEmpty() -> yaml.out.append("[]\n");
      case SourceMap map when map.entries().isEmpty() -> yaml.out.append("{}\n");
      case SourceList list -> yaml.list(list, 0);
      case SourceMap map -> yaml.map(map, 0);
    }
    return yaml.out.toString();
  }

  private void map(SourceMap map, int indent) {
    boolean first = true;
    for (SourceMap.Entry entry : map.entries()) {
      if (!first) {
        out.repeat(' ', indent);
      }
      first = false;
      out.append(key(entry.key())).append(':');
      switch (entry.value()) {
        case SourceScalar scalar -> {
          out.append(' ');
          scalar(scalar, indent);
        }
        case SourceList list when list.items().isEmpty() -> out.append(" []\n");
        case SourceMap inner when inner.entries().isEmpty() -> out.append(" {}\n");
        case SourceList list -> {
          out.append('\n').repeat(' ', indent);
          list(list, indent);
        }
        case SourceMap inner -> {
          out.append('\n').repeat(' ', indent + 2);
          map(inner, indent + 2);
        }
      }
    }
  }

  private void list(SourceList list, int indent) {
    boolean first = true;
    for (SourceNode item : list.items()) {
      if (!first) {
        out.repeat(' ', indent);
      }
      first = false;
      out.append("- ");
      switch (item) {
        case SourceScalar scalar -> scalar(scalar, indent);
        case SourceList inner when inner.items().isEmpty() -> out.append("[]\n");
        case SourceMap map when map.entries().isEmpty() -> out.append("{}\n");
        case SourceList inner -> list(inner, indent + 2);
        case SourceMap map -> map(map, indent + 2);
      }
    }
  }

  private void scalar(SourceScalar scalar, int indent) {
    if (!scalar.isString()) {
      out.append(scalar.isNull() ? "null" : scalar.text()).append('\n');
    } else if (isLiteral(scalar.text())) {
      literal(scalar.text(), indent + 2);
    } else {
      out.append(string(scalar.text())).append('\n');
    }
  }

  private void literal(String text, int indent) {
    out.append(text.endsWith("\n") ? (text.endsWith("\n\n") ? "|+\n" : "|\n") : "|-\n");
    String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    for (String line : body.split("\n", -1)) {
      if (!line.isEmpty()) {
        out.repeat(' ', indent).append(line);
      }
      out.append('\n');
    }
  }

  private static boolean isLiteral(String text) {
    if (text.indexOf('\n') < 0 || text.startsWith(" ") || text.startsWith("\n")) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\n' && c != '\t' && (c < ' ' || c == 0x7f || c == 0x85 || c == 0x2028)) {
        return false;
      }
    }
    return true;
  }

  private static String key(String key) {
    return string(key);
  }

  private static String string(String text) {
    return isPlain(text) ? text : JsonText.quoted(text);
  }

  /** Whether YAML, also the 1.1 that some tools still read, takes the bare text for a string. */
  private static boolean isPlain(String text) {
    if (text.isEmpty() || CoreSchema.kindOf(text) != SourceScalar.Kind.STRING) {
      return false;
    }
    switch (text.toLowerCase(java.util.Locale.ROOT)) {
      case "yes", "no", "on", "off", "y", "n", "<<", "=" -> {
        return false;
      }
      default -> {}
    }
    char first = text.charAt(0);
    if (!(Character.isLetter(first) || first == '/' || first == '_')
        || text.endsWith(":")
        || text.endsWith(" ")) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' '
          || c > '~'
          || c == '#' && text.charAt(i - 1) == ' '
          || c == ':' && i + 1 < text.length() && text.charAt(i + 1) == ' ') {
        return false;
      }
    }
    return true;
  }
}
