package io.weir.lua.engine.compile;

import io.weir.lua.engine.CallStack;
import io.weir.lua.engine.Cell;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaCode;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.TailCall;
import org.jspecify.annotations.Nullable;

/**
 * What the classes of compiled functions extend, by way of one class for each number of arguments.
 */
abstract class CompiledClosure extends LuaClosure {
  final LuaState state;
  private final CompiledCode code;
  private final Cell[] upvalues;

  CompiledClosure(CompiledCode code, LuaState state, LuaTable environment, Cell[] upvalues) {
    super(environment);
    this.code = code;
    this.state = state;
    this.upvalues = upvalues;
  }

  @Override
  public final LuaCode code() {
    return code;
  }

  @Override
  public final Cell[] upvalues() {
    return upvalues;
  }

  /** Leaves the frame, after a tail call that the body may have ended in. */
  final @Nullable Object leave(CallStack stack, int place, @Nullable Object result) {
    Object value = result;
    if (value == TailCall.PENDING) {
      value = state.tailCall().run(stack, place);
    }
    stack.leave(place);
    return value;
  }

  static @Nullable Object argument(@Nullable Object[] arguments, int index) {
    return index < arguments.length ? arguments[index] : null;
  }
}
