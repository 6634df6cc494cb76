package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** An error that Lua code can catch; carries any value. */
public final class LuaError extends RuntimeException {
  private final transient @Nullable Object value;
  private @Nullable String traceback;

  public LuaError(@Nullable Object value) {
    super(null, null, false, false);
    this.value = value;
  }

  /** An error with a text to which no position is added. */
  public LuaError(String text) {
    this(LuaString.of(text));
  }

  public @Nullable Object value() {
    return value;
  }

  /** The call stack when it was raised, if someone asked for it. */
  public @Nullable String traceback() {
    return traceback;
  }

  void setTraceback(String traceback) {
    this.traceback = traceback;
  }

  /** The value as a log line shows it. */
  @Override
  public String getMessage() {
    return switch (value) {
      case LuaString text -> text.text();
      case Double number -> NumberText.of(number);
      case null -> "nil";
      default -> "(error object is a " + Types.name(value) + " value)";
    };
  }
}
