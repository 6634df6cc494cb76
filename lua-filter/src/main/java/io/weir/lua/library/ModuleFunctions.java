package io.weir.lua.library;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import org.jspecify.annotations.Nullable;

/** Builds the table of a module. */
final class ModuleFunctions {

  /** The body of a function. */
  @FunctionalInterface
  interface Body {
    @Nullable Object call(Arguments arguments);
  }

  private static final class Defined extends Builtin {
    private final Body body;

    Defined(LuaState state, String name, Body body) {
      super(state, name, 0);
      this.body = body;
    }

    @Override
    public @Nullable Object invoke(@Nullable Object[] arguments) {
      return body.call(new Arguments(state(), this, arguments));
    }
  }

  private final LuaState state;
  private final LuaTable table = new LuaTable();

  ModuleFunctions(LuaState state) {
    this.state = state;
  }

  static Builtin function(LuaState state, String name, Body body) {
    return new Defined(state, name, body);
  }

  ModuleFunctions add(String name, Body body) {
    return value(name, function(state, name, body));
  }

  ModuleFunctions value(String name, Object value) {
    table.set(LuaString.of(name), value);
    return this;
  }

  LuaTable table() {
    return table;
  }

  /** Nil and a message: how functions tell that their input is bad. */
  static Object failure(String message) {
    return new @Nullable Object[] {null, LuaString.of(message)};
  }

  static Object nothing() {
    return Values.NONE;
  }
}
