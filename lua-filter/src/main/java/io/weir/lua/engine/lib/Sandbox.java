package io.weir.lua.engine.lib;

import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import java.util.List;
import java.util.Set;

/**
 * Takes away from a fresh state what reaches beyond the script: files, the environment, other
 * functions' variables. What is left can compute, and call what the host gave it.
 */
public final class Sandbox {
  private static final List<String> GLOBALS = List.of("io", "dofile", "loadfile", "newproxy");
  private static final Set<String> OS = Set.of("clock", "date", "difftime", "time");
  private static final Set<String> DEBUG = Set.of("traceback");

  private Sandbox() {}

  public static void apply(LuaState state) {
    LuaTable globals = state.globals();
    for (String name : GLOBALS) {
      globals.set(LuaString.of(name), null);
    }
    state.loaded().set(LuaString.of("io"), null);
    keep(state, "os", OS);
    keep(state, "debug", DEBUG);
    if (globals.get(LuaString.of("package")) instanceof LuaTable library) {
      restrictLoading(library);
    }
  }

  private static void keep(LuaState state, String library, Set<String> names) {
    if (!(state.globals().get(LuaString.of(library)) instanceof LuaTable table)) {
      return;
    }
    for (int at = table.position(0); at >= 0; at = table.position(at + 1)) {
      if (table.keyAt(at) instanceof LuaString name && !names.contains(name.text())) {
        table.set(name, null);
      }
    }
  }

  /** Modules come from {@code package.preload} only. */
  private static void restrictLoading(LuaTable library) {
    for (String name : List.of("loadlib", "searchpath")) {
      library.set(LuaString.of(name), null);
    }
    library.set(LuaString.of("path"), LuaString.EMPTY);
    library.set(LuaString.of("cpath"), LuaString.EMPTY);
    if (library.get(LuaString.of("loaders")) instanceof LuaTable loaders) {
      for (int i = loaders.length(); i > 1; i--) {
        loaders.set(i, null);
      }
    }
    if (library.get(LuaString.of("preload")) instanceof LuaTable preload) {
      preload.set(LuaString.of("ffi"), null);
    }
  }
}
