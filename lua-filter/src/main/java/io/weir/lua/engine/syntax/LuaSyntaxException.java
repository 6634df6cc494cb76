package io.weir.lua.engine.syntax;

/** Source text that does not parse. The message is LuaJIT's, without chunk name and line. */
public final class LuaSyntaxException extends Exception {
  private final int line;
  private final int column;

  LuaSyntaxException(String message, int line, int column) {
    super(message, null, false, false);
    this.line = line;
    this.column = column;
  }

  /** The message; never null. */
  public String text() {
    return String.valueOf(getMessage());
  }

  /** One-based. */
  public int line() {
    return line;
  }

  /** One-based byte column of the offending token. */
  public int column() {
    return column;
  }
}
