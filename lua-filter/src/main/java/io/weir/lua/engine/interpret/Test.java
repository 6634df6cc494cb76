package io.weir.lua.engine.interpret;

/** A condition, ready to run. */
@FunctionalInterface
interface Test {
  boolean test(Frame frame);
}
