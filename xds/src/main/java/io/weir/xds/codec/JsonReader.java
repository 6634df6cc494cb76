package io.weir.xds.codec;

import io.weir.xds.ProblemList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON value (RFC 8259) with positions. It exists beside the YAML reader because
 * configuration dumps are large, and because YAML refuses tabs that JSON allows. Single use.
 */
public final class JsonReader {

  private final String text;
  private final ProblemList problems;
  private int at;
  private int line = 1;
  private int lineStart;

  private JsonReader(String text, ProblemList problems) {
    this.text = text;
    this.problems = problems;
  }

  /** The value, or null when the text is not JSON, which is reported. */
  public static @Nullable SourceNode read(String text, ProblemList problems) {
    JsonReader reader = new JsonReader(text, problems);
    try {
      SourceNode value = reader.value(0);
      reader.blank();
      if (reader.at < text.length()) {
        throw reader.wrong("something follows the value");
      }
      return value;
    } catch (NotJson e) {
      problems.add(reader.line, reader.column(), "", "not JSON: " + e.getMessage(), "");
      return null;
    }
  }

  private SourceNode value(int depth) {
    blank();
    if (depth > YamlReader.MAX_DEPTH) {
      throw wrong("nested deeper than " + YamlReader.MAX_DEPTH + " levels");
    }
    int startLine = line;
    int startColumn = column();
    char c = peek();
    switch (c) {
      case '{' -> {
        return map(depth, startLine, startColumn);
      }
      case '[' -> {
        return list(depth, startLine, startColumn);
      }
      case '"' -> {
        return new SourceScalar(string(), SourceScalar.Kind.STRING, startLine, startColumn);
      }
      default -> {
        return word(startLine, startColumn);
      }
    }
  }

  private SourceMap map(int depth, int startLine, int startColumn) {
    at++;
    Map<String, SourceMap.Entry> entries = new LinkedHashMap<>();
    blank();
    if (peek() == '}') {
      at++;
      return new SourceMap(List.of(), startLine, startColumn);
    }
    while (true) {
      blank();
      int keyLine = line;
      int keyColumn = column();
      if (peek() != '"') {
        throw wrong("a key in double quotes must stand here");
      }
      String key = string();
      blank();
      expect(':');
      SourceNode value = value(depth + 1);
      SourceMap.Entry earlier =
          entries.putIfAbsent(key, new SourceMap.Entry(key, value, keyLine, keyColumn));
      if (earlier != null) {
        problems.add(
            keyLine,
            keyColumn,
            key,
            "the key " + key + " stands here twice",
            "first on line " + earlier.line());
      }
      blank();
      if (peek() == '}') {
        at++;
        return new SourceMap(List.copyOf(entries.values()), startLine, startColumn);
      }
      expect(',');
    }
  }

  private SourceList list(int depth, int startLine, int startColumn) {
    at++;
    List<SourceNode> items = new ArrayList<>();
    blank();
    if (peek() == ']') {
      at++;
      return new SourceList(items, startLine, startColumn);
    }
    while (true) {
      items.add(value(depth + 1));
      blank();
      if (peek() == ']') {
        at++;
        return new SourceList(items, startLine, startColumn);
      }
      expect(',');
    }
  }

  private String string() {
    at++;
    int start = at;
    while (true) {
      char c = peek();
      if (c == '"') {
        return text.substring(start, at++);
      }
      if (c == '\\') {
        return escapedString(start);
      }
      if (c < ' ') {
        throw wrong("a control character in a string");
      }
      at++;
    }
  }

  private String escapedString(int start) {
    StringBuilder out = new StringBuilder(text.substring(start, at));
    while (true) {
      char c = peek();
      if (c < ' ') {
        throw wrong("a control character in a string");
      }
      at++;
      if (c == '"') {
        return out.toString();
      }
      out.append(c == '\\' ? escape() : c);
    }
  }

  private char escape() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw wrong("\\" + c + " is no escape");
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw wrong("four hexadecimal digits must follow \\u");
      }
      code = code * 16 + digit;
      at++;
    }
    return (char) code;
  }

  private SourceScalar word(int startLine, int startColumn) {
    int start = at;
    while (at < text.length() && "+-.".indexOf(text.charAt(at)) >= 0
        || at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
      at++;
    }
    String word = text.substring(start, at);
    SourceScalar.Kind kind =
        switch (word) {
          case "true", "false" -> SourceScalar.Kind.BOOLEAN;
          case "null" -> SourceScalar.Kind.NULL;
          default -> numberKind(word, start);
        };
    return new SourceScalar(word, kind, startLine, startColumn);
  }

  private SourceScalar.Kind numberKind(String word, int start) {
    boolean numeric = !word.isEmpty() && (word.charAt(0) == '-' || word.charAt(0) <= '9');
    SourceScalar.Kind kind = numeric ? CoreSchema.kindOf(word) : SourceScalar.Kind.STRING;
    if (kind != SourceScalar.Kind.INTEGER && kind != SourceScalar.Kind.FLOAT) {
      at = start;
      throw wrong("a value must stand here");
    }
    return kind;
  }

  private void blank() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        line++;
        lineStart = at + 1;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong("the text ends too early");
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    if (peek() != c) {
      throw wrong("'" + c + "' must stand here");
    }
    at++;
  }

  private int column() {
    return at - lineStart + 1;
  }

  private NotJson wrong(String reason) {
    return new NotJson(reason);
  }

  private static final class NotJson extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotJson(String reason) {
      super(reason, null, false, false);
    }
  }
}
