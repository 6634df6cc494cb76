package io.weir.lua.engine.interpret;

import org.jspecify.annotations.Nullable;

/** An expression, ready to run. Depending on its use it gives one value or any result of a call. */
@FunctionalInterface
interface Eval {
  @Nullable Object eval(Frame frame);
}
