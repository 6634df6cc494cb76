package io.weir.lua.engine.lib;

import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.NumberPairFunction;

/** A {@code bit} function of two or more numbers. */
abstract class BitOperation extends NumberPairFunction {
  BitOperation(LuaState state, String name, int number) {
    super(state, name, number);
  }

  abstract int combine(int a, int b);

  /** Whole numbers stay integers from one operation to the next when the JVM inlines both. */
  @Override
  public final double apply(double a, double b) {
    int x = (int) a;
    int y = (int) b;
    if (x == a && y == b) {
      return combine(x, y);
    }
    return combine(BitLibrary.bits(a), BitLibrary.bits(b));
  }

  @Override
  public boolean folds() {
    return true;
  }

  @Override
  protected final double single(double a) {
    return BitLibrary.bits(a);
  }
}
