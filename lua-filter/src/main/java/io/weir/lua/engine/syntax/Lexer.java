package io.weir.lua.engine.syntax;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.NumberReader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Splits source text into tokens, with LuaJIT's escapes, numerals and error texts. */
final class Lexer {
  private static final int END = -1;
  private static final Map<String, TokenType> RESERVED = reserved();

  private final byte[] source;
  private int at;
  private final Map<LuaString, LuaString> names = new HashMap<>();
  private int line = 1;
  private int lineStart;
  private int tokenStart;

  Lexer(byte[] source) {
    this.source = source;
    if (source.length > 0 && source[0] == '#') {
      while (at < source.length && source[at] != '\n') {
        at++;
      }
    }
  }

  private static Map<String, TokenType> reserved() {
    var words = new HashMap<String, TokenType>();
    for (TokenType type : TokenType.values()) {
      if (type.reserved()) {
        words.put(type.text(), type);
      }
    }
    return words;
  }

  int line() {
    return line;
  }

  /** Bytes read so far. */
  int position() {
    return at;
  }

  private int peek() {
    return at < source.length ? source[at] & 0xff : END;
  }

  private int peek(int ahead) {
    return at + ahead < source.length ? source[at + ahead] & 0xff : END;
  }

  Token next() throws LuaSyntaxException {
    while (true) {
      tokenStart = at;
      int c = peek();
      switch (c) {
        case '\n', '\r' -> newLine();
        case ' ', '\t', 11, '\f' -> at++;
        case '-' -> {
          if (peek(1) != '-') {
            return simple(TokenType.MINUS, 1);
          }
          comment();
        }
        default -> {
          return token(c);
        }
      }
    }
  }

  private Token token(int c) throws LuaSyntaxException {
    if (c == END) {
      return simple(TokenType.EOF, 0);
    }
    if (letter(c)) {
      return word();
    }
    if (c >= '0' && c <= '9' || c == '.' && digit(peek(1))) {
      return number();
    }
    return switch (c) {
      case '"', '\'' -> string(c);
      case '[' -> {
        int level = longBracket(at);
        yield level >= 0 ? longString(level) : simple(TokenType.OPEN_BRACKET, 1);
      }
      case '=' -> either('=', TokenType.EQ, TokenType.ASSIGN);
      case '<' -> either('=', TokenType.LE, TokenType.LT);
      case '>' -> either('=', TokenType.GE, TokenType.GT);
      case '~' -> peek(1) == '=' ? simple(TokenType.NE, 2) : other();
      case ':' -> either(':', TokenType.LABEL, TokenType.COLON);
      case '.' ->
          peek(1) != '.'
              ? simple(TokenType.DOT, 1)
              : peek(2) == '.' ? simple(TokenType.DOTS, 3) : simple(TokenType.CONCAT, 2);
      case '+' -> simple(TokenType.PLUS, 1);
      case '*' -> simple(TokenType.STAR, 1);
      case '/' -> simple(TokenType.SLASH, 1);
      case '%' -> simple(TokenType.PERCENT, 1);
      case '^' -> simple(TokenType.CARET, 1);
      case '#' -> simple(TokenType.HASH, 1);
      case '(' -> simple(TokenType.OPEN_PAREN, 1);
      case ')' -> simple(TokenType.CLOSE_PAREN, 1);
      case '{' -> simple(TokenType.OPEN_BRACE, 1);
      case '}' -> simple(TokenType.CLOSE_BRACE, 1);
      case ']' -> simple(TokenType.CLOSE_BRACKET, 1);
      case ';' -> simple(TokenType.SEMICOLON, 1);
      case ',' -> simple(TokenType.COMMA, 1);
      default -> other();
    };
  }

  private Token either(int second, TokenType both, TokenType one) {
    return peek(1) == second ? simple(both, 2) : simple(one, 1);
  }

  private Token simple(TokenType type, int length) {
    at += length;
    return new Token(type, null, type.text(), line, column(), tokenStart);
  }

  private Token other() {
    int c = peek();
    at++;
    String text = c < 32 ? "char(" + c + ")" : String.valueOf((char) c);
    return new Token(TokenType.OTHER, null, text, line, column(), tokenStart);
  }

  private int column() {
    return tokenStart - lineStart + 1;
  }

  private void newLine() {
    int c = source[at++];
    int next = peek();
    if ((next == '\n' || next == '\r') && next != c) {
      at++;
    }
    line++;
    lineStart = at;
  }

  private static boolean letter(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 128;
  }

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }

  private Token word() {
    do {
      at++;
    } while (letter(peek()) || digit(peek()));
    String text = latin1(tokenStart, at);
    TokenType reserved = RESERVED.get(text);
    if (reserved != null) {
      return new Token(reserved, null, text, line, column(), tokenStart);
    }
    LuaString name = shared(LuaString.copyOf(source, tokenStart, at - tokenStart));
    return new Token(TokenType.NAME, name, text, line, column(), tokenStart);
  }

  private Token number() throws LuaSyntaxException {
    boolean hex = peek() == '0' && (peek(1) | 0x20) == 'x';
    int exponent = hex ? 'p' : 'e';
    int last = 0;
    while (letter(peek())
        || digit(peek())
        || peek() == '.'
        || (peek() == '+' || peek() == '-') && (last | 0x20) == exponent) {
      last = peek();
      at++;
    }
    Object value = NumberReader.literal(Arrays.copyOfRange(source, tokenStart, at));
    String text = latin1(tokenStart, at);
    if (value == null) {
      throw error("malformed number", text);
    }
    return new Token(TokenType.NUMBER, value, text, line, column(), tokenStart);
  }

  private void comment() throws LuaSyntaxException {
    at += 2;
    int level = longBracket(at);
    if (level >= 0) {
      longText(level, "unfinished long comment");
      return;
    }
    while (peek() != END && peek() != '\n' && peek() != '\r') {
      at++;
    }
  }

  /** The number of equal signs of a long bracket that opens at an index, or −1. */
  private int longBracket(int index) {
    if (index >= source.length || source[index] != '[') {
      return -1;
    }
    int i = index + 1;
    while (i < source.length && source[i] == '=') {
      i++;
    }
    return i < source.length && source[i] == '[' ? i - index - 1 : -1;
  }

  private Token longString(int level) throws LuaSyntaxException {
    int startLine = line;
    int startColumn = column();
    LuaString text = longText(level, "unfinished long string");
    return new Token(
        TokenType.STRING,
        text,
        latin1(tokenStart, at),
        line,
        startLine == line ? startColumn : 1,
        tokenStart);
  }

  /** Equal names of a chunk are one object: tables find them faster. */
  private LuaString shared(LuaString text) {
    LuaString known = names.putIfAbsent(text, text);
    return known == null ? text : known;
  }

  private LuaString longText(int level, String unfinished) throws LuaSyntaxException {
    at += level + 2;
    if (peek() == '\n' || peek() == '\r') {
      newLine();
    }
    var out = new ByteArrayOutputStream();
    while (true) {
      int c = peek();
      if (c == END) {
        throw error(unfinished, TokenType.EOF.text());
      }
      if (c == ']' && closes(level)) {
        at += level + 2;
        return LuaString.own(out.toByteArray());
      }
      if (c == '\n' || c == '\r') {
        newLine();
        out.write('\n');
      } else {
        out.write(c);
        at++;
      }
    }
  }

  private boolean closes(int level) {
    for (int i = 1; i <= level; i++) {
      if (peek(i) != '=') {
        return false;
      }
    }
    return peek(level + 1) == ']';
  }

  private Token string(int quote) throws LuaSyntaxException {
    int startColumn = column();
    var out = new ByteArrayOutputStream();
    at++;
    while (peek() != quote) {
      int c = peek();
      switch (c) {
        case END -> throw error("unfinished string", TokenType.EOF.text());
        case '\n', '\r' ->
            throw error(
                "unfinished string", (char) quote + out.toString(StandardCharsets.ISO_8859_1));
        case '\\' -> escape(quote, out);
        default -> {
          out.write(c);
          at++;
        }
      }
    }
    at++;
    return new Token(
        TokenType.STRING,
        shared(LuaString.own(out.toByteArray())),
        latin1(tokenStart, at),
        line,
        startColumn,
        tokenStart);
  }

  private void escape(int quote, ByteArrayOutputStream out) throws LuaSyntaxException {
    at++;
    int c = peek();
    switch (c) {
      case 'a' -> plain(7, out);
      case 'b' -> plain('\b', out);
      case 'f' -> plain('\f', out);
      case 'n' -> plain('\n', out);
      case 'r' -> plain('\r', out);
      case 't' -> plain('\t', out);
      case 'v' -> plain(11, out);
      case '\\', '"', '\'' -> plain(c, out);
      case '\n', '\r' -> {
        newLine();
        out.write('\n');
      }
      case 'x' -> hexEscape(quote, out);
      case 'u' -> unicodeEscape(quote, out);
      case 'z' -> skipSpace();
      case END -> throw error("unfinished string", TokenType.EOF.text());
      default -> decimalEscape(quote, c, out);
    }
  }

  private void plain(int c, ByteArrayOutputStream out) {
    out.write(c);
    at++;
  }

  private void skipSpace() {
    at++;
    while (true) {
      int c = peek();
      if (c == '\n' || c == '\r') {
        newLine();
      } else if (c == ' ' || c >= 9 && c <= 13) {
        at++;
      } else {
        return;
      }
    }
  }

  private void hexEscape(int quote, ByteArrayOutputStream out) throws LuaSyntaxException {
    int high = Character.digit(peek(1), 16);
    int low = Character.digit(peek(2), 16);
    if (high < 0 || low < 0) {
      throw badEscape(quote, out);
    }
    out.write(high << 4 | low);
    at += 3;
  }

  private void unicodeEscape(int quote, ByteArrayOutputStream out) throws LuaSyntaxException {
    if (peek(1) != '{') {
      throw badEscape(quote, out);
    }
    at += 2;
    int code = 0;
    int digits = 0;
    for (; peek() != '}'; at++, digits++) {
      int digit = Character.digit(peek(), 16);
      code = code << 4 | digit;
      if (digit < 0 || code > 0x10ffff) {
        throw badEscape(quote, out);
      }
    }
    if (digits == 0) {
      throw badEscape(quote, out);
    }
    at++;
    if (code < 0x80) {
      out.write(code);
    } else if (code < 0x800) {
      out.write(0xc0 | code >> 6);
      out.write(0x80 | code & 0x3f);
    } else if (code < 0x10000) {
      out.write(0xe0 | code >> 12);
      out.write(0x80 | code >> 6 & 0x3f);
      out.write(0x80 | code & 0x3f);
    } else {
      out.write(0xf0 | code >> 18);
      out.write(0x80 | code >> 12 & 0x3f);
      out.write(0x80 | code >> 6 & 0x3f);
      out.write(0x80 | code & 0x3f);
    }
  }

  private void decimalEscape(int quote, int c, ByteArrayOutputStream out)
      throws LuaSyntaxException {
    if (!digit(c)) {
      throw badEscape(quote, out);
    }
    int value = 0;
    for (int i = 0; i < 3 && digit(peek()); i++, at++) {
      value = value * 10 + peek() - '0';
    }
    if (value > 255) {
      throw badEscape(quote, out);
    }
    out.write(value);
  }

  private LuaSyntaxException badEscape(int quote, ByteArrayOutputStream out) {
    return error(
        "invalid escape sequence", (char) quote + out.toString(StandardCharsets.ISO_8859_1));
  }

  private LuaSyntaxException error(String message, String near) {
    return new LuaSyntaxException(message + " near '" + near + "'", line, column());
  }

  private String latin1(int from, int to) {
    return new String(source, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
