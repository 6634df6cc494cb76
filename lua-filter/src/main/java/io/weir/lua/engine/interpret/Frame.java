package io.weir.lua.engine.interpret;

import io.weir.lua.engine.CallStack;
import io.weir.lua.engine.Cell;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.Values;
import org.jspecify.annotations.Nullable;

/** One run of an interpreted function. */
final class Frame {
  final InterpretedClosure closure;
  final LuaState state;
  final CallStack stack;
  final int place;
  final @Nullable Object[] slots;
  @Nullable Object[] varargs = Values.NONE;

  /** What the function returns, once {@link Exec#RETURN} was signalled. */
  @Nullable Object result;

  Frame(InterpretedClosure closure, CallStack stack, int place) {
    this.closure = closure;
    this.state = closure.state();
    this.stack = stack;
    this.place = place;
    this.slots = new @Nullable Object[closure.prototype().slots()];
  }

  /** Notes where the function is, for error messages and the functions it calls. */
  void at(int site) {
    stack.at(place, site);
  }

  Cell cell(int slot) {
    return (Cell) java.util.Objects.requireNonNull(slots[slot]);
  }
}
