package io.weir.filter.cel;

import io.weir.filter.cel.Parser.Token;
import java.util.ArrayList;
import java.util.List;

/** Cuts an expression into words. */
final class Lexer {
  private static final List<String> LONG_SYMBOLS = List.of("==", "!=", "<=", ">=", "&&", "||");
  private static final String SYMBOLS = "?:+-*/%!<>()[]{}.,";

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  Lexer(String text) {
    this.text = text;
  }

  List<Token> tokens() throws CelException {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (c == '"' || c == '\'') {
        tokens.add(new Token("text", quoted(c)));
      } else if (Character.isDigit(c)) {
        tokens.add(number());
      } else if (Character.isLetter(c) || c == '_') {
        word();
      } else {
        symbol();
      }
    }
    return tokens;
  }

  private void symbol() throws CelException {
    for (String symbol : LONG_SYMBOLS) {
      if (text.startsWith(symbol, at)) {
        tokens.add(new Token(symbol, null));
        at += symbol.length();
        return;
      }
    }
    if (SYMBOLS.indexOf(text.charAt(at)) < 0) {
      throw new CelException("unexpected " + text.charAt(at));
    }
    tokens.add(new Token(String.valueOf(text.charAt(at++)), null));
  }

  private void word() throws CelException {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    String word = text.substring(start, at);
    boolean raw = word.equals("r") && at < text.length();
    if (raw && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
      char quote = text.charAt(at);
      int end = text.indexOf(quote, at + 1);
      if (end < 0) {
        throw new CelException("a text does not end");
      }
      tokens.add(new Token("text", text.substring(at + 1, end)));
      at = end + 1;
      return;
    }
    tokens.add(
        switch (word) {
          case "true" -> new Token(word, true);
          case "false" -> new Token(word, false);
          case "null" -> new Token(word, Expression.NULL);
          default -> new Token(word, null);
        });
  }

  private Token number() throws CelException {
    int start = at;
    boolean real = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean fraction =
          c == '.' && at + 1 < text.length() && Character.isDigit(text.charAt(at + 1));
      boolean sign =
          (c == '+' || c == '-') && at > start && "eE".indexOf(text.charAt(at - 1)) >= 0 && real;
      if (!Character.isLetterOrDigit(c) && !fraction && !sign) {
        break;
      }
      real |= fraction || (!hex(start) && (c == 'e' || c == 'E'));
      at++;
    }
    String digits = text.substring(start, at);
    try {
      if (real) {
        return new Token(digits, Double.valueOf(digits));
      }
      String plain = digits.endsWith("u") ? digits.substring(0, digits.length() - 1) : digits;
      return new Token(digits, hex(start) ? Long.decode(plain) : Long.valueOf(plain));
    } catch (NumberFormatException _) {
      throw new CelException("not a number: " + digits);
    }
  }

  private boolean hex(int start) {
    return text.startsWith("0x", start) || text.startsWith("0X", start);
  }

  private String quoted(char quote) throws CelException {
    var out = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at++);
      out.append(c == '\\' ? escaped() : c);
    }
    if (at >= text.length()) {
      throw new CelException("a text does not end");
    }
    at++;
    return out.toString();
  }

  private char escaped() throws CelException {
    if (at >= text.length()) {
      throw new CelException("a text does not end");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '\\', '"', '\'', '`', '?' -> c;
      default -> throw new CelException("unknown escape \\" + c);
    };
  }
}
