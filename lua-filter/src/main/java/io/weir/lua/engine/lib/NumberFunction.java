package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import org.jspecify.annotations.Nullable;

/** A function from one number to another; one class each, so that the JVM can inline it. */
abstract class NumberFunction extends Builtin {
  NumberFunction(LuaState state, String name, int number) {
    super(state, name, number);
  }

  abstract double apply(double a);

  @Override
  public final @Nullable Object call(@Nullable Object a) {
    return a instanceof Double x ? (Object) apply(x) : super.call(a);
  }

  @Override
  public final @Nullable Object invoke(@Nullable Object[] arguments) {
    return apply(new Arguments(state(), this, arguments).number(1));
  }
}
