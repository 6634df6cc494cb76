package io.weir.lua.engine.lib;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;

/**
 * What {@code require "ffi"} gives: the names of LuaJIT's foreign function interface, of which only
 * the constants work. Its functions say so when they are called.
 */
final class UnavailableFfi {
  private static final String[] NAMES = {
    "cdef",
    "new",
    "cast",
    "typeof",
    "typeinfo",
    "istype",
    "sizeof",
    "alignof",
    "offsetof",
    "errno",
    "string",
    "copy",
    "fill",
    "gc",
    "metatype",
    "load"
  };

  private UnavailableFfi() {}

  static LuaTable table(Functions functions) {
    var table = new LuaTable();
    functions.into(table);
    for (String name : NAMES) {
      functions.add(
          name,
          a -> {
            throw a.state()
                .error("ffi." + name + " is not available: use the string, bit and math libraries");
          });
    }
    functions
        .add("abi", a -> a.string(1).is("64bit") || a.string(1).is("le") || a.string(1).is("fpu"))
        .value("os", LuaString.of("Linux"))
        .value("arch", LuaString.of("x64"))
        .value("C", new LuaTable());
    return table;
  }
}
