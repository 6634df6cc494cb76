package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** Operators on values that are not all plain numbers: coercion, metamethods, errors. */
public final class Arithmetic {
  private Arithmetic() {}

  public static double mod(double a, double b) {
    return a - Math.floor(a / b) * b;
  }

  /** The value as a number if it is one or a string that reads as one, else null. */
  public static @Nullable Double toNumber(@Nullable Object value) {
    return switch (value) {
      case Double number -> number;
      case LuaString text -> NumberReader.read(text);
      case null, default -> null;
    };
  }

  public static @Nullable Object apply(
      LuaState state, ArithmeticOp op, @Nullable Object a, @Nullable Object b) {
    Double x = toNumber(a);
    if (x != null) {
      Double y = toNumber(b);
      if (y != null) {
        return op.apply(x, y);
      }
    }
    if (a instanceof LuaInt64 || b instanceof LuaInt64) {
      Object result = LuaInt64.arithmetic(op, a, b);
      if (result != null) {
        return result;
      }
      throw state.error("attempt to perform arithmetic on " + ctype(a) + " and " + ctype(b));
    }
    Object handler = state.metamethod(a, op.event());
    if (handler == null) {
      handler = state.metamethod(b, op.event());
    }
    if (handler == null) {
      throw state.typeError("perform arithmetic on", x == null ? a : b, x == null ? 0 : 1);
    }
    return Values.first(Calls.call(state, handler, a, b));
  }

  static String ctype(@Nullable Object value) {
    return "'" + (value instanceof LuaInt64 integer ? integer.typeName() : Types.name(value)) + "'";
  }

  public static @Nullable Object negate(LuaState state, @Nullable Object a) {
    Double x = toNumber(a);
    if (x != null) {
      return -x;
    }
    if (a instanceof LuaInt64) {
      Object result = LuaInt64.arithmetic(ArithmeticOp.UNM, a, a);
      if (result != null) {
        return result;
      }
    }
    Object handler = state.metamethod(a, ArithmeticOp.UNM.event());
    if (handler == null) {
      throw state.typeError("perform arithmetic on", a, 0);
    }
    return Values.first(Calls.call(state, handler, a, a));
  }

  public static @Nullable Object length(LuaState state, @Nullable Object a) {
    if (a instanceof LuaString text) {
      return (double) text.length();
    }
    Object handler = state.metamethod(a, Metamethod.LEN);
    if (handler != null) {
      return Values.first(Calls.call(state, handler, a));
    }
    if (a instanceof LuaTable table) {
      return (double) table.length();
    }
    throw state.typeError("get length of", a, 0);
  }
}
