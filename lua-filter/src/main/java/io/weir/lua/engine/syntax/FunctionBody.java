package io.weir.lua.engine.syntax;

import java.util.List;

/**
 * A function's code. The outermost one of a chunk takes varargs and has line 0.
 *
 * @param slots frame slots that its variables need
 * @param variables variables declared in all
 * @param start first byte of its text in the source ({@code function} keyword not included)
 * @param end the byte after its text
 */
public record FunctionBody(
    List<LocalVariable> parameters,
    boolean vararg,
    Block block,
    List<Upvalue> upvalues,
    int slots,
    int variables,
    int line,
    int lastLine,
    int start,
    int end) {}
