package io.weir.lua.engine.compile;

/** How a value lies on the operand stack, and in JVM locals. */
enum Kind {
  /** A reference. */
  OBJECT,
  /** A double that is known to be a Lua number. */
  NUMBER,
  /**
   * A double and, on top of it, a reference: {@link Operations#UNBOXED} if the double is the value,
   * else the value itself. In locals the reference comes first. Where the JVM has only seen numbers
   * it drops the reference, so that arithmetic costs no boxes.
   */
  EITHER
}
