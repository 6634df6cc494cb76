package io.weir.lua.engine.syntax;

import io.weir.lua.engine.LuaString;
import org.jspecify.annotations.Nullable;

/**
 * A variable of an enclosing function, and where a new closure finds it: in a local variable of the
 * function that creates it, or among that function's own upvalues.
 *
 * @param local the creator's variable, or null
 * @param outer the creator's upvalue when {@code local} is null
 */
public record Upvalue(LuaString name, @Nullable LocalVariable local, int outer) {}
