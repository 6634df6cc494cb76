package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import org.jspecify.annotations.Nullable;

/** A {@code bit} function of two or more numbers; one class each, so that the JVM can inline it. */
abstract class BitOperation extends Builtin {
  BitOperation(LuaState state, String name, int number) {
    super(state, name, number);
  }

  abstract int apply(int a, int b);

  /** Whether one argument is enough and more than two are combined. */
  boolean folds() {
    return true;
  }

  @Override
  public final @Nullable Object call(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Double x && b instanceof Double y) {
      return (double) apply(BitLibrary.bits(x), BitLibrary.bits(y));
    }
    return super.call(a, b);
  }

  @Override
  public final @Nullable Object call(@Nullable Object a, @Nullable Object b, @Nullable Object c) {
    if (a instanceof Double x && b instanceof Double y && c instanceof Double z && folds()) {
      return (double) apply(apply(BitLibrary.bits(x), BitLibrary.bits(y)), BitLibrary.bits(z));
    }
    return super.call(a, b, c);
  }

  @Override
  public final @Nullable Object invoke(@Nullable Object[] arguments) {
    var given = new Arguments(state(), this, arguments);
    int value = BitLibrary.bits(given.number(1));
    if (!folds()) {
      return (double) apply(value, BitLibrary.bits(given.number(2)));
    }
    for (int i = 2; i <= given.count(); i++) {
      value = apply(value, BitLibrary.bits(given.number(i)));
    }
    return (double) value;
  }
}
