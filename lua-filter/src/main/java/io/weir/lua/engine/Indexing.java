package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** {@code t[k]} and {@code t[k] = v} with metamethods. */
public final class Indexing {
  private static final int MAX_CHAIN = 100;

  private Indexing() {}

  public static @Nullable Object get(LuaState state, @Nullable Object object, LuaString key) {
    if (object instanceof LuaTable table) {
      Object value = table.get(key);
      if (value != null || table.metatable() == null) {
        return value;
      }
    } else if (object instanceof LuaUserdata userdata) {
      // The usual host object: its methods lie in the table that is its metatable's __index.
      LuaTable metatable = userdata.metatable();
      if (metatable != null && metatable.metamethod(Metamethod.INDEX) instanceof LuaTable methods) {
        Object value = methods.get(key);
        if (value != null) {
          return value;
        }
      }
    }
    return chain(state, object, key);
  }

  public static @Nullable Object get(
      LuaState state, @Nullable Object object, @Nullable Object key) {
    if (object instanceof LuaTable table) {
      Object value = table.get(key);
      if (value != null || table.metatable() == null) {
        return value;
      }
    }
    return chain(state, object, key);
  }

  private static @Nullable Object chain(
      LuaState state, @Nullable Object start, @Nullable Object key) {
    Object object = start;
    for (int i = 0; i < MAX_CHAIN; i++) {
      Object handler;
      if (object instanceof LuaTable table) {
        Object value = table.get(key);
        if (value != null || table.metatable() == null) {
          return value;
        }
        handler = table.metatable().metamethod(Metamethod.INDEX);
        if (handler == null) {
          return null;
        }
      } else {
        handler = state.metamethod(object, Metamethod.INDEX);
        if (handler == null) {
          throw state.typeError("index", object, i == 0 ? 0 : -1);
        }
      }
      if (handler instanceof LuaFunction function) {
        return Values.first(function.call(object, key));
      }
      object = handler;
    }
    throw state.error("loop in gettable");
  }

  public static void set(
      LuaState state, @Nullable Object object, @Nullable Object key, @Nullable Object value) {
    if (object instanceof LuaTable table && table.metatable() == null) {
      if (key == null || key instanceof Double number && number.isNaN()) {
        throw state.error(key == null ? "table index is nil" : "table index is NaN");
      }
      table.set(key, value);
      return;
    }
    chain(state, object, key, value);
  }

  private static void chain(
      LuaState state, @Nullable Object start, @Nullable Object key, @Nullable Object value) {
    Object object = start;
    for (int i = 0; i < MAX_CHAIN; i++) {
      Object handler;
      if (object instanceof LuaTable table) {
        LuaTable metatable = table.metatable();
        handler =
            metatable == null || table.get(key) != null
                ? null
                : metatable.metamethod(Metamethod.NEWINDEX);
        if (handler == null) {
          if (key == null || key instanceof Double number && number.isNaN()) {
            throw state.error(key == null ? "table index is nil" : "table index is NaN");
          }
          table.set(key, value);
          return;
        }
      } else {
        handler = state.metamethod(object, Metamethod.NEWINDEX);
        if (handler == null) {
          throw state.typeError("index", object, i == 0 ? 0 : -1);
        }
      }
      if (handler instanceof LuaFunction function) {
        function.call(object, key, value);
        return;
      }
      object = handler;
    }
    throw state.error("loop in settable");
  }
}
