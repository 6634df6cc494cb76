package io.weir.lua.engine.code;

/** A condition, ready to run. */
@FunctionalInterface
interface Test {
  boolean test(Frame frame);
}
