package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** A value that belongs to the host: an object with a metatable, opaque to Lua. */
public class LuaUserdata {
  private @Nullable LuaTable metatable;

  public LuaUserdata(@Nullable LuaTable metatable) {
    this.metatable = metatable;
  }

  public final @Nullable LuaTable metatable() {
    return metatable;
  }

  public final void setMetatable(@Nullable LuaTable metatable) {
    this.metatable = metatable;
  }
}
