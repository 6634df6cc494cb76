package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** Comparisons with metamethods. */
public final class Comparison {
  private Comparison() {}

  /** Equality without metamethods. */
  public static boolean raw(@Nullable Object a, @Nullable Object b) {
    if (a == b) {
      return !(a instanceof Double number) || number == (double) number;
    }
    return switch (a) {
      case Double x -> b instanceof Double y ? (double) x == (double) y : mixed(x, b);
      case LuaString text -> text.equals(b);
      case Boolean bool -> bool.equals(b);
      case LuaInt64 x -> mixed(x, b);
      case null, default -> false;
    };
  }

  private static boolean mixed(Object a, @Nullable Object b) {
    return b != null && (a instanceof LuaInt64 || b instanceof LuaInt64) && LuaInt64.equal(a, b);
  }

  public static boolean equal(LuaState state, @Nullable Object a, @Nullable Object b) {
    if (raw(a, b)) {
      return true;
    }
    boolean comparable =
        a instanceof LuaTable && b instanceof LuaTable
            || a instanceof LuaUserdata && b instanceof LuaUserdata;
    if (!comparable) {
      return false;
    }
    Object handler = state.metamethod(a, Metamethod.EQ);
    if (handler == null || !raw(handler, state.metamethod(b, Metamethod.EQ))) {
      return false;
    }
    return Types.truthy(Values.first(Calls.call(state, handler, a, b)));
  }

  public static boolean less(LuaState state, @Nullable Object a, @Nullable Object b) {
    if (a instanceof Double x && b instanceof Double y) {
      return x < y;
    }
    if (a instanceof LuaString x && b instanceof LuaString y) {
      return x.compareTo(y) < 0;
    }
    Integer order = LuaInt64.compare(a, b);
    if (order != null && (a instanceof LuaInt64 || b instanceof LuaInt64)) {
      return order < 0;
    }
    Object handler = handler(state, a, b, Metamethod.LT);
    if (handler == null) {
      throw incomparable(state, a, b);
    }
    return Types.truthy(Values.first(Calls.call(state, handler, a, b)));
  }

  public static boolean lessEqual(LuaState state, @Nullable Object a, @Nullable Object b) {
    if (a instanceof Double x && b instanceof Double y) {
      return x <= y;
    }
    if (a instanceof LuaString x && b instanceof LuaString y) {
      return x.compareTo(y) <= 0;
    }
    Integer order = LuaInt64.compare(a, b);
    if (order != null && (a instanceof LuaInt64 || b instanceof LuaInt64)) {
      return order <= 0;
    }
    Object handler = handler(state, a, b, Metamethod.LE);
    if (handler != null) {
      return Types.truthy(Values.first(Calls.call(state, handler, a, b)));
    }
    handler = handler(state, b, a, Metamethod.LT);
    if (handler == null) {
      throw incomparable(state, b, a);
    }
    return !Types.truthy(Values.first(Calls.call(state, handler, b, a)));
  }

  private static @Nullable Object handler(
      LuaState state, @Nullable Object a, @Nullable Object b, Metamethod event) {
    Object handler = state.metamethod(a, event);
    return handler != null ? handler : state.metamethod(b, event);
  }

  private static LuaError incomparable(LuaState state, @Nullable Object a, @Nullable Object b) {
    String left = Types.name(a);
    String right = Types.name(b);
    return state.error(
        left.equals(right)
            ? "attempt to compare two " + left + " values"
            : "attempt to compare " + left + " with " + right);
  }
}
