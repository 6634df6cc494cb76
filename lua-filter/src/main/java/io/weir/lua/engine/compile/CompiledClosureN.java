package io.weir.lua.engine.compile;

import io.weir.lua.engine.CallStack;
import io.weir.lua.engine.Cell;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import org.jspecify.annotations.Nullable;

/** A compiled function with varargs or more than three parameters. */
abstract class CompiledClosureN extends CompiledClosure {
  CompiledClosureN(CompiledCode code, LuaState state, LuaTable environment, Cell[] upvalues) {
    super(code, state, environment, upvalues);
  }

  abstract @Nullable Object body(CallStack stack, int place, @Nullable Object[] arguments);

  @Override
  public final @Nullable Object invoke(@Nullable Object[] arguments) {
    CallStack stack = state.stack();
    int place = stack.enter(this);
    state.step();
    return leave(stack, place, body(stack, place, arguments));
  }

  @Override
  public final @Nullable Object run(@Nullable Object[] arguments, int place) {
    state.step();
    return body(state.stack(), place, arguments);
  }
}
