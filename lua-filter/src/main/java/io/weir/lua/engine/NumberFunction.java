package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** A function from one number to another; one class each, so that the JVM can inline it. */
public abstract class NumberFunction extends Builtin {
  protected NumberFunction(LuaState state, String name, int number) {
    super(state, name, number);
  }

  public abstract double apply(double a);

  @Override
  public final @Nullable Object call(@Nullable Object a) {
    return a instanceof Double x ? (Object) apply(x) : super.call(a);
  }

  @Override
  public final @Nullable Object invoke(@Nullable Object[] arguments) {
    return apply(new Arguments(state(), this, arguments).number(1));
  }
}
