package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** Calls of any value: functions, and what has {@code __call}. */
public final class Calls {
  private Calls() {}

  public static @Nullable Object invoke(
      LuaState state, @Nullable Object function, @Nullable Object[] arguments) {
    if (function instanceof LuaFunction f) {
      return f.invoke(arguments);
    }
    return callable(state, function).invoke(Values.prepend(function, arguments));
  }

  public static @Nullable Object call(LuaState state, @Nullable Object function) {
    return function instanceof LuaFunction f ? f.call() : callable(state, function).call(function);
  }

  public static @Nullable Object call(
      LuaState state, @Nullable Object function, @Nullable Object a) {
    return function instanceof LuaFunction f
        ? f.call(a)
        : callable(state, function).call(function, a);
  }

  public static @Nullable Object call(
      LuaState state, @Nullable Object function, @Nullable Object a, @Nullable Object b) {
    return function instanceof LuaFunction f
        ? f.call(a, b)
        : callable(state, function).call(function, a, b);
  }

  public static @Nullable Object call(
      LuaState state,
      @Nullable Object function,
      @Nullable Object a,
      @Nullable Object b,
      @Nullable Object c) {
    return function instanceof LuaFunction f
        ? f.call(a, b, c)
        : callable(state, function).invoke(new @Nullable Object[] {function, a, b, c});
  }

  /** The function to call, with the value itself as first argument, in place of a value. */
  public static LuaFunction callable(LuaState state, @Nullable Object value) {
    if (state.metamethod(value, Metamethod.CALL) instanceof LuaFunction f) {
      return f;
    }
    throw state.typeError("call", value, 0);
  }
}
