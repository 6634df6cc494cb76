package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** Names of types. */
public final class Types {
  private static final LuaString NIL = LuaString.of("nil");
  private static final LuaString BOOLEAN = LuaString.of("boolean");
  private static final LuaString NUMBER = LuaString.of("number");
  private static final LuaString STRING = LuaString.of("string");
  private static final LuaString TABLE = LuaString.of("table");
  private static final LuaString FUNCTION = LuaString.of("function");
  private static final LuaString THREAD = LuaString.of("thread");
  private static final LuaString USERDATA = LuaString.of("userdata");
  private static final LuaString CDATA = LuaString.of("cdata");

  private Types() {}

  public static LuaString of(@Nullable Object value) {
    return switch (value) {
      case null -> NIL;
      case LuaString _ -> STRING;
      case Double _ -> NUMBER;
      case LuaTable _ -> TABLE;
      case Boolean _ -> BOOLEAN;
      case LuaFunction _ -> FUNCTION;
      case LuaUserdata _ -> USERDATA;
      case Coroutine _ -> THREAD;
      case LuaInt64 _ -> CDATA;
      default -> throw new IllegalArgumentException(value.getClass().getName());
    };
  }

  public static String name(@Nullable Object value) {
    return of(value).text();
  }

  /** Whether a value counts as true. */
  public static boolean truthy(@Nullable Object value) {
    return value != null && value != Boolean.FALSE;
  }
}
