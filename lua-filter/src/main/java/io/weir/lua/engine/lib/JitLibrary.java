package io.weir.lua.engine.lib;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import org.jspecify.annotations.Nullable;

/** The {@code jit} table: what scripts ask it for; its switches do nothing. */
final class JitLibrary {
  private JitLibrary() {}

  static void install(Functions functions) {
    functions.library("jit");
    functions
        .value("os", LuaString.of("Linux"))
        .value("arch", LuaString.of("x64"))
        .value("version", LuaString.of("LuaJIT 2.1.ROLLING"))
        .value("version_num", 20199.0)
        .add("on", a -> Values.NONE)
        .add("off", a -> Values.NONE)
        .add("flush", a -> Values.NONE)
        .add("attach", a -> Values.NONE)
        .add("status", a -> new @Nullable Object[] {true})
        .add("security", a -> 0.0);
    var opt = new LuaTable();
    functions.value("opt", opt);
    functions.state().loaded().set(LuaString.of("jit.opt"), opt);
    functions.into(opt).add("start", a -> Values.NONE);
  }
}
