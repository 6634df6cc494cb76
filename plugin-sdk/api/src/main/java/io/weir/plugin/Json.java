package io.weir.plugin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) in a plugin, where the JDK has nothing. Objects become {@link Map}s in the
 * order of the text, arrays {@link List}s, numbers {@link JsonNumber}s, {@code null} is null.
 */
public final class Json {
  /** Deeper nesting than this is refused: a wasm guest's stack is small. */
  private static final int MAX_DEPTH = 64;

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /**
   * Parses one value.
   *
   * @throws ConfigurationException when the text is not JSON, with the offset of the error
   */
  public static @Nullable Object parse(String text) {
    var json = new Json(text);
    Object value = json.value(0);
    json.skipSpace();
    if (json.at < text.length()) {
      throw json.error("nothing more");
    }
    return value;
  }

  /** A value of the kinds that {@link #parse} makes, as JSON without spaces. */
  public static String print(@Nullable Object value) {
    var text = new StringBuilder();
    print(value, text);
    return text.toString();
  }

  private static void print(@Nullable Object value, StringBuilder text) {
    if (value instanceof String string) {
      quote(string, text);
    } else if (value instanceof Map<?, ?> map) {
      char separator = '{';
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        text.append(separator);
        quote(String.valueOf(entry.getKey()), text);
        text.append(':');
        print(entry.getValue(), text);
        separator = ',';
      }
      text.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> list) {
      char separator = '[';
      for (Object item : list) {
        text.append(separator);
        print(item, text);
        separator = ',';
      }
      text.append(list.isEmpty() ? "[]" : "]");
    } else {
      text.append(value);
    }
  }

  private static void quote(String string, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c == '\n') {
        text.append("\\n");
      } else if (c < 0x20) {
        text.append("\\u00").append(c < 0x10 ? '0' : '1').append("0123456789abcdef".charAt(c & 15));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  /** Parses a JSON object; empty text is an empty object. */
  @SuppressWarnings("unchecked")
  public static Map<String, @Nullable Object> parseObject(String text) {
    if (text.isBlank()) {
      return new LinkedHashMap<>();
    }
    if (parse(text) instanceof Map<?, ?> map) {
      return (Map<String, @Nullable Object>) map;
    }
    throw new ConfigurationException("expected a JSON object but found: " + text);
  }

  private @Nullable Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw error("less nesting");
    }
    skipSpace();
    char c = at < text.length() ? text.charAt(at) : 0;
    return switch (c) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true", Boolean.TRUE);
      case 'f' -> word("false", Boolean.FALSE);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> object(int depth) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    at++;
    skipSpace();
    if (take('}')) {
      return map;
    }
    do {
      skipSpace();
      String key = string();
      skipSpace();
      expect(':');
      map.put(key, value(depth + 1));
      skipSpace();
    } while (take(','));
    expect('}');
    return map;
  }

  private List<@Nullable Object> array(int depth) {
    List<@Nullable Object> list = new ArrayList<>();
    at++;
    skipSpace();
    if (take(']')) {
      return list;
    }
    do {
      list.add(value(depth + 1));
      skipSpace();
    } while (take(','));
    expect(']');
    return list;
  }

  private String string() {
    expect('"');
    var value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return value.toString();
      }
      if (c == '\\') {
        value.append(escape());
      } else if (c < 0x20) {
        at--;
        throw error("an escaped control character");
      } else {
        value.append(c);
      }
    }
    throw error("the end of a string");
  }

  private char escape() {
    char c = at < text.length() ? text.charAt(at++) : 0;
    switch (c) {
      case '"', '\\', '/':
        return c;
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = at < text.length() ? Character.digit(text.charAt(at++), 16) : -1;
          if (digit < 0) {
            throw error("four hexadecimal digits");
          }
          code = code * 16 + digit;
        }
        return (char) code;
      default:
        throw error("an escape");
    }
  }

  private JsonNumber number() {
    int start = at;
    while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(start, at);
    boolean bad =
        digits.isEmpty()
            || digits.startsWith("+")
            || digits.startsWith(".")
            || digits.endsWith(".");
    if (!bad) {
      try {
        return new JsonNumber(digits);
      } catch (NumberFormatException e) {
        at = start;
      }
    }
    throw error("a value");
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw error("a value");
    }
    at += word.length();
    return value;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean take(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    if (!take(c)) {
      throw error("'" + c + "'");
    }
  }

  private ConfigurationException error(String wanted) {
    String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
    return new ConfigurationException(
        "bad JSON at offset " + at + ": expected " + wanted + " but found " + found);
  }
}
