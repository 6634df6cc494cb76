package io.weir.lua.engine.lib;

import io.weir.lua.engine.LuaState;

/** Fills a new state with all that Envoy's Lua has. */
public final class StandardLibrary {
  private StandardLibrary() {}

  public static void install(LuaState state, LuaHost host) {
    var functions = new Functions(state);
    var loading = new LoadFunctions(host.loadMode());
    BaseLibrary.install(functions, host, loading);
    CoroutineLibrary.install(functions);
    MathLibrary.install(functions);
    BitLibrary.install(functions);
    StringLibrary.install(functions);
    TableLibrary.install(functions);
    IoLibrary.install(functions);
    OsLibrary.install(functions, host);
    DebugLibrary.install(functions);
    PackageLibrary.install(functions, loading);
    JitLibrary.install(functions);
  }
}
