package io.weir.lua.engine.compile;

import org.jspecify.annotations.Nullable;

/**
 * An operand that waits for the ones after it: where it lies.
 *
 * @param slot its first JVM local, of no use for a constant
 * @param constant its value, if that is known
 */
record Operand(Kind kind, int slot, @Nullable Double constant) {

  boolean number() {
    return kind == Kind.NUMBER;
  }
}
