package io.weir.lua.engine.code;

import io.weir.lua.engine.syntax.FunctionBody;

/** Gives the code of a function that stands inside the one being translated. */
@FunctionalInterface
public interface NestedFunctions {
  Prototype translate(FunctionBody body);
}
