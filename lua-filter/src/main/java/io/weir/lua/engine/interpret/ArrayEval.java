package io.weir.lua.engine.interpret;

import org.jspecify.annotations.Nullable;

/** Several expressions, ready to run. */
@FunctionalInterface
interface ArrayEval {
  /** The values, in an array that must not be changed. */
  @Nullable Object[] eval(Frame frame);
}
