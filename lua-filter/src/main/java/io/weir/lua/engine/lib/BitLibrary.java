package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaString;
import java.util.Locale;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/** LuaJIT's {@code bit} library: signed 32-bit results. */
final class BitLibrary {
  /** Adding it leaves a double's value, rounded to even and cut to 32 bits, in its low half. */
  private static final double ROUNDING = 0x1.8p52;

  private BitLibrary() {}

  static void install(Functions functions) {
    functions.library("bit");
    unary(functions, "tobit", x -> x);
    unary(functions, "bnot", x -> ~x);
    unary(functions, "bswap", Integer::reverseBytes);
    shift(functions, "lshift", (x, n) -> x << n);
    shift(functions, "rshift", (x, n) -> x >>> n);
    shift(functions, "arshift", (x, n) -> x >> n);
    shift(functions, "rol", Integer::rotateLeft);
    shift(functions, "ror", Integer::rotateRight);
    fold(functions, "band", (x, y) -> x & y);
    fold(functions, "bor", (x, y) -> x | y);
    fold(functions, "bxor", (x, y) -> x ^ y);
    functions.add("tohex", BitLibrary::hex);
  }

  static int bits(double number) {
    return (int) Double.doubleToRawLongBits(number + ROUNDING);
  }

  private static void unary(Functions functions, String name, IntUnaryOperator operator) {
    functions.add(name, a -> (double) operator.applyAsInt(bits(a.number(1))));
  }

  private static void shift(Functions functions, String name, IntBinaryOperator operator) {
    functions.add(name, a -> (double) operator.applyAsInt(bits(a.number(1)), bits(a.number(2))));
  }

  private static void fold(Functions functions, String name, IntBinaryOperator operator) {
    functions.add(
        name,
        a -> {
          int value = bits(a.number(1));
          for (int i = 2; i <= a.count(); i++) {
            value = operator.applyAsInt(value, bits(a.number(i)));
          }
          return (double) value;
        });
  }

  private static Object hex(Arguments a) {
    int value = bits(a.number(1));
    int digits = a.absent(2) ? 8 : bits(a.number(2));
    String text = "%08x".formatted(value);
    boolean upper = digits < 0;
    int kept = Math.min(8, Math.abs(digits));
    text = text.substring(8 - kept);
    return LuaString.of(upper ? text.toUpperCase(Locale.ROOT) : text);
  }
}
