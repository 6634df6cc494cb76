package io.weir.lua.library;

import io.weir.lua.engine.LuaUserdata;

/** JSON's null as a value that tables can hold; each module table has its own. */
final class JsonNull extends LuaUserdata {
  JsonNull() {
    super(null);
  }
}
