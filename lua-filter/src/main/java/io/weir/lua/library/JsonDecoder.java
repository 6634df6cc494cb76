package io.weir.lua.library;

import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Reads JSON (RFC 8259) into Lua values; used once. */
final class JsonDecoder {
  private final LuaState state;
  private final JsonSettings settings;
  private byte[] text = {};
  private int at;
  private int depth;

  JsonDecoder(LuaState state, JsonSettings settings) {
    this.state = state;
    this.settings = settings;
  }

  Object decode(LuaString json) {
    text = json.bytes();
    state.steps(text.length >> 4);
    Object value = value();
    blank();
    if (at < text.length) {
      throw unexpected("the end");
    }
    return value;
  }

  private LuaError unexpected(String expected) {
    String found = at >= text.length ? "T_END" : "invalid token";
    return state.error(
        "Expected " + expected + " but found " + found + " at character " + (at + 1));
  }

  private void blank() {
    while (at < text.length
        && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
      at++;
    }
  }

  private Object value() {
    blank();
    if (at >= text.length) {
      throw unexpected("value");
    }
    return switch (text[at]) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", settings.nullValue);
      default -> number();
    };
  }

  private Object word(String word, Object value) {
    for (int i = 0; i < word.length(); i++) {
      if (at + i >= text.length || text[at + i] != word.charAt(i)) {
        throw unexpected("value");
      }
    }
    at += word.length();
    return value;
  }

  private Object number() {
    int start = at;
    long whole = 0;
    boolean simple = true;
    int from = text[at] == '-' ? at + 1 : at;
    int end = from;
    while (end < text.length && numeric(text[end])) {
      simple &= text[end] >= '0' && text[end] <= '9' && end - from < 15;
      whole = whole * 10 + text[end] - '0';
      end++;
    }
    if (end == from || text[from] < '0' || text[from] > '9') {
      throw unexpected("value");
    }
    if (text[from] == '0' && end > from + 1 && text[from + 1] >= '0' && text[from + 1] <= '9') {
      throw unexpected("value");
    }
    at = end;
    if (simple) {
      return from > start ? -(double) whole : (double) whole;
    }
    try {
      return Double.parseDouble(new String(text, start, end - start, StandardCharsets.ISO_8859_1));
    } catch (NumberFormatException e) {
      at = start;
      throw unexpected("value");
    }
  }

  private static boolean numeric(byte b) {
    return b >= '0' && b <= '9' || b == '.' || b == 'e' || b == 'E' || b == '+' || b == '-';
  }

  private void deeper() {
    if (++depth > JsonSettings.MAX_DEPTH) {
      throw state.error("Found too many nested data structures (" + depth + ")");
    }
  }

  private LuaTable object() {
    deeper();
    at++;
    var table = new LuaTable();
    blank();
    if (at < text.length && text[at] == '}') {
      at++;
      depth--;
      return table;
    }
    while (true) {
      blank();
      if (at >= text.length || text[at] != '"') {
        throw unexpected("object key string");
      }
      LuaString name = string();
      blank();
      if (at >= text.length || text[at] != ':') {
        throw unexpected("colon");
      }
      at++;
      table.set(name, value());
      if (ended('}', "comma or object end")) {
        return table;
      }
    }
  }

  private LuaTable array() {
    deeper();
    at++;
    var table = new LuaTable();
    if (settings.markArrays) {
      table.setMetatable(settings.arrayMetatable);
    }
    blank();
    if (at < text.length && text[at] == ']') {
      at++;
      depth--;
      return table;
    }
    for (int i = 1; ; i++) {
      table.set(i, value());
      if (ended(']', "comma or array end")) {
        return table;
      }
    }
  }

  /** Steps over a comma or the end. */
  private boolean ended(char close, String expected) {
    blank();
    if (at < text.length && text[at] == close) {
      at++;
      depth--;
      return true;
    }
    if (at >= text.length || text[at] != ',') {
      throw unexpected(expected);
    }
    at++;
    return false;
  }

  private LuaString string() {
    int start = ++at;
    while (at < text.length && text[at] != '"' && text[at] != '\\' && (text[at] & 0xff) >= ' ') {
      at++;
    }
    if (at < text.length && text[at] == '"') {
      return LuaString.copyOf(text, start, at++ - start);
    }
    var out = new ByteArrayOutputStream(at - start + 32);
    out.write(text, start, at - start);
    while (at < text.length && text[at] != '"') {
      if ((text[at] & 0xff) < ' ') {
        throw unexpected("string without control characters");
      }
      if (text[at] == '\\') {
        at++;
        escape(out);
      } else {
        out.write(text[at++]);
      }
    }
    if (at >= text.length) {
      throw unexpected("the string's end");
    }
    at++;
    return LuaString.own(out.toByteArray());
  }

  private void escape(ByteArrayOutputStream out) {
    if (at >= text.length) {
      throw unexpected("escape code");
    }
    switch (text[at++]) {
      case '"' -> out.write('"');
      case '\\' -> out.write('\\');
      case '/' -> out.write('/');
      case 'b' -> out.write('\b');
      case 'f' -> out.write('\f');
      case 'n' -> out.write('\n');
      case 'r' -> out.write('\r');
      case 't' -> out.write('\t');
      case 'u' -> out.writeBytes(unicode());
      default -> {
        at--;
        throw unexpected("escape code");
      }
    }
  }

  private byte[] unicode() {
    int code = hex();
    if (Character.isHighSurrogate((char) code)) {
      boolean pair = at + 1 < text.length && text[at] == '\\' && text[at + 1] == 'u';
      at += 2;
      int low = pair ? hex() : 0;
      if (!pair || !Character.isLowSurrogate((char) low)) {
        throw unexpected("unicode escape code");
      }
      code = Character.toCodePoint((char) code, (char) low);
    } else if (Character.isLowSurrogate((char) code)) {
      throw unexpected("unicode escape code");
    }
    return Character.toString(code).getBytes(StandardCharsets.UTF_8);
  }

  private int hex() {
    int value = 0;
    for (int i = 0; i < 4; i++, at++) {
      int digit = at < text.length ? Character.digit(text[at], 16) : -1;
      if (digit < 0) {
        throw unexpected("unicode escape code");
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
