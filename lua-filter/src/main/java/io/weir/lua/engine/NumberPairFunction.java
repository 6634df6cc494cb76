package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** A function from two numbers to one; one class each, so that the JVM can inline it. */
public abstract class NumberPairFunction extends Builtin {
  protected NumberPairFunction(LuaState state, String name, int number) {
    super(state, name, number);
  }

  public abstract double apply(double a, double b);

  /** Whether one argument is enough and more than two are combined from the left. */
  public boolean folds() {
    return false;
  }

  /** The result for a single argument. */
  protected double single(double a) {
    return a;
  }

  @Override
  public final @Nullable Object call(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Double x && b instanceof Double y) {
      return apply(x, y);
    }
    return super.call(a, b);
  }

  @Override
  public final @Nullable Object call(@Nullable Object a, @Nullable Object b, @Nullable Object c) {
    if (a instanceof Double x && b instanceof Double y && c instanceof Double z && folds()) {
      return apply(apply(x, y), z);
    }
    return super.call(a, b, c);
  }

  @Override
  public final @Nullable Object invoke(@Nullable Object[] arguments) {
    var given = new Arguments(state(), this, arguments);
    double value = given.number(1);
    if (!folds()) {
      return apply(value, given.number(2));
    }
    if (given.count() == 1) {
      return single(value);
    }
    for (int i = 2; i <= given.count(); i++) {
      value = apply(value, given.number(i));
    }
    return value;
  }
}
