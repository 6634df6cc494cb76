package io.weir.lua.engine.syntax;

import io.weir.lua.engine.LuaString;
import org.jspecify.annotations.Nullable;

/** The tokens of a chunk with one of lookahead, and the errors that quote them. */
final class TokenStream {
  private static final int MAX_LEVELS = 200;

  private final Lexer lexer;
  private Token current;
  private @Nullable Token ahead;
  private int lastLine = 1;
  private int lastEnd;
  private int currentEnd;
  private int levels;

  TokenStream(byte[] source) throws LuaSyntaxException {
    lexer = new Lexer(source);
    current = lexer.next();
    currentEnd = lexer.position();
  }

  Token current() {
    return current;
  }

  TokenType type() {
    return current.type();
  }

  /** The current token's line. */
  int line() {
    return current.line();
  }

  /** The line of the token before the current one. */
  int lastLine() {
    return lastLine;
  }

  /** The byte after the token before the current one. */
  int lastEnd() {
    return lastEnd;
  }

  TokenType aheadType() throws LuaSyntaxException {
    if (ahead == null) {
      ahead = lexer.next();
    }
    return ahead.type();
  }

  /** Returns the current token and moves on. */
  Token take() throws LuaSyntaxException {
    Token taken = current;
    lastLine = taken.line();
    lastEnd = currentEnd;
    if (ahead != null) {
      current = ahead;
      ahead = null;
    } else {
      current = lexer.next();
    }
    currentEnd = lexer.position();
    return taken;
  }

  boolean takeIf(TokenType type) throws LuaSyntaxException {
    if (current.type() != type) {
      return false;
    }
    take();
    return true;
  }

  Token expect(TokenType type) throws LuaSyntaxException {
    if (current.type() != type) {
      throw expected(type);
    }
    return take();
  }

  LuaString expectName() throws LuaSyntaxException {
    return expect(TokenType.NAME).name();
  }

  /** Expects the token that closes another one. */
  void expectClosing(TokenType type, TokenType opener, int openerLine) throws LuaSyntaxException {
    if (current.type() == type) {
      take();
      return;
    }
    if (openerLine == current.line()) {
      throw expected(type);
    }
    throw near(
        "'"
            + type.text()
            + "' expected (to close '"
            + opener.text()
            + "' at line "
            + openerLine
            + ")");
  }

  LuaSyntaxException expected(TokenType type) {
    return near("'" + type.text() + "' expected");
  }

  LuaSyntaxException near(String message) {
    return new LuaSyntaxException(
        message + " near '" + current.text() + "'", current.line(), current.column());
  }

  /** An error that quotes no token. */
  LuaSyntaxException plain(String message, int line) {
    return new LuaSyntaxException(message, line, line == current.line() ? current.column() : 1);
  }

  void deeper() throws LuaSyntaxException {
    if (++levels >= MAX_LEVELS) {
      throw plain("chunk has too many syntax levels", current.line());
    }
  }

  void shallower() {
    levels--;
  }
}
