package io.weir.lua.engine.compile;

/** How a value lies on the operand stack. */
enum Kind {
  /** A reference. */
  OBJECT,
  /** A double that is known to be a Lua number. */
  NUMBER
}
