package io.weir.lua.engine;

/**
 * Ends a script whatever it protects itself with: {@code pcall} and coroutines pass it on. The
 * message says why; null when the script ends because it has done its work.
 */
public final class ScriptStop extends Error {
  private static final ScriptStop QUIET = new ScriptStop(null);

  private ScriptStop(@org.jspecify.annotations.Nullable String reason) {
    super(reason, null, false, false);
  }

  /** Ends the script without that being an error. */
  public static ScriptStop quietly() {
    return QUIET;
  }

  public static ScriptStop because(String reason) {
    return new ScriptStop(reason);
  }

  public boolean quiet() {
    return this == QUIET;
  }
}
