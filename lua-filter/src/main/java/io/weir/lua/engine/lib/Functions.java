package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import org.jspecify.annotations.Nullable;

/** Puts functions into a library's table and numbers them. */
final class Functions {

  /** The body of a library function. */
  @FunctionalInterface
  interface Body {
    @Nullable Object call(Arguments arguments);
  }

  private static final class Defined extends Builtin {
    private final Body body;

    Defined(LuaState state, String name, int number, Body body) {
      super(state, name, number);
      this.body = body;
    }

    @Override
    public @Nullable Object invoke(@Nullable Object[] arguments) {
      return body.call(new Arguments(state(), this, arguments));
    }
  }

  private static final int GMATCH_NUMBER = 87;

  private final LuaState state;
  private int number = 1;
  private LuaTable table = new LuaTable();

  Functions(LuaState state) {
    this.state = state;
  }

  LuaState state() {
    return state;
  }

  int nextNumber() {
    return ++number;
  }

  /** Goes on with another table. */
  Functions into(LuaTable table) {
    this.table = table;
    return this;
  }

  /** Starts a library: a new table, known as a global and to {@code require}. */
  LuaTable library(String name) {
    table = new LuaTable();
    LuaString key = LuaString.name(name);
    state.globals().set(key, table);
    state.loaded().set(key, table);
    return table;
  }

  Functions add(String name, Body body) {
    return add(name, new Defined(state, name, nextNumber(), body));
  }

  Functions add(String name, Builtin function) {
    table.set(LuaString.name(name), function);
    return this;
  }

  /** The number that every iterator of {@code gmatch} shows. */
  int gmatchNumber() {
    return GMATCH_NUMBER;
  }

  /** A function that is in no table. */
  Builtin lone(String name, Body body) {
    return new Defined(state, name, nextNumber(), body);
  }

  Functions value(String name, @Nullable Object value) {
    table.set(LuaString.name(name), value);
    return this;
  }
}
