package io.weir.lua.engine.syntax;

/** Unary operators. */
public enum UnaryOp {
  NOT,
  MINUS,
  LENGTH
}
