package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.NumberFunction;
import java.util.Locale;

/** LuaJIT's {@code bit} library: signed 32-bit results. */
final class BitLibrary {
  /** Adding it leaves a double's value, rounded to even and cut to 32 bits, in its low half. */
  private static final double ROUNDING = 0x1.8p52;

  private BitLibrary() {}

  static void install(Functions functions) {
    functions.library("bit");
    LuaState state = functions.state();
    functions.add(
        "tobit",
        new NumberFunction(state, "tobit", functions.nextNumber()) {
          @Override
          public double apply(double number) {
            int a = bits(number);
            return a;
          }
        });
    functions.add(
        "bnot",
        new NumberFunction(state, "bnot", functions.nextNumber()) {
          @Override
          public double apply(double number) {
            int a = (int) number;
            return ~(a == number ? a : bits(number));
          }
        });
    functions.add(
        "bswap",
        new NumberFunction(state, "bswap", functions.nextNumber()) {
          @Override
          public double apply(double number) {
            int a = bits(number);
            return Integer.reverseBytes(a);
          }
        });
    functions.add(
        "lshift",
        new BitOperation(state, "lshift", functions.nextNumber()) {
          @Override
          int combine(int a, int b) {
            return a << b;
          }

          @Override
          public boolean folds() {
            return false;
          }
        });
    functions.add(
        "rshift",
        new BitOperation(state, "rshift", functions.nextNumber()) {
          @Override
          int combine(int a, int b) {
            return a >>> b;
          }

          @Override
          public boolean folds() {
            return false;
          }
        });
    functions.add(
        "arshift",
        new BitOperation(state, "arshift", functions.nextNumber()) {
          @Override
          int combine(int a, int b) {
            return a >> b;
          }

          @Override
          public boolean folds() {
            return false;
          }
        });
    functions.add(
        "rol",
        new BitOperation(state, "rol", functions.nextNumber()) {
          @Override
          int combine(int a, int b) {
            return Integer.rotateLeft(a, b);
          }

          @Override
          public boolean folds() {
            return false;
          }
        });
    functions.add(
        "ror",
        new BitOperation(state, "ror", functions.nextNumber()) {
          @Override
          int combine(int a, int b) {
            return Integer.rotateRight(a, b);
          }

          @Override
          public boolean folds() {
            return false;
          }
        });
    functions.add(
        "band",
        new BitOperation(state, "band", functions.nextNumber()) {
          @Override
          int combine(int a, int b) {
            return a & b;
          }
        });
    functions.add(
        "bor",
        new BitOperation(state, "bor", functions.nextNumber()) {
          @Override
          int combine(int a, int b) {
            return a | b;
          }
        });
    functions.add(
        "bxor",
        new BitOperation(state, "bxor", functions.nextNumber()) {
          @Override
          int combine(int a, int b) {
            return a ^ b;
          }
        });
    functions.add("tohex", BitLibrary::hex);
  }

  static int bits(double number) {
    return (int) Double.doubleToRawLongBits(number + ROUNDING);
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
