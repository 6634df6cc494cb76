package io.weir.lua.engine.compile;

import io.weir.lua.engine.CallStack;
import io.weir.lua.engine.Cell;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import org.jspecify.annotations.Nullable;

/** A compiled function with one parameter. */
abstract class CompiledClosure1 extends CompiledClosure {
  CompiledClosure1(CompiledCode code, LuaState state, LuaTable environment, Cell[] upvalues) {
    super(code, state, environment, upvalues);
  }

  abstract @Nullable Object body(CallStack stack, int place, @Nullable Object a);

  @Override
  public final @Nullable Object call(@Nullable Object a) {
    CallStack stack = state.stack();
    int place = stack.enter(this);
    state.step();
    return leave(stack, place, body(stack, place, a));
  }

  @Override
  public final @Nullable Object call() {
    return call((Object) null);
  }

  @Override
  public final @Nullable Object call(@Nullable Object a, @Nullable Object b) {
    return call(a);
  }

  @Override
  public final @Nullable Object call(@Nullable Object a, @Nullable Object b, @Nullable Object c) {
    return call(a);
  }

  @Override
  public final @Nullable Object invoke(@Nullable Object[] arguments) {
    return call(argument(arguments, 0));
  }

  @Override
  public final @Nullable Object run(@Nullable Object[] arguments, int place) {
    state.step();
    return body(state.stack(), place, argument(arguments, 0));
  }
}
