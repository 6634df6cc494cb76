package io.weir.lua.engine.interpret;

import org.jspecify.annotations.Nullable;

/** A statement, ready to run. */
@FunctionalInterface
interface Exec {
  /** The function returns {@link Frame#result}. */
  Object RETURN = new Object();

  /** The innermost loop ends. */
  Object BREAK = new Object();

  /**
   * Runs the statement.
   *
   * @return null to go on, {@link #RETURN}, {@link #BREAK}, or the label to jump to
   */
  @Nullable Object exec(Frame frame);
}
