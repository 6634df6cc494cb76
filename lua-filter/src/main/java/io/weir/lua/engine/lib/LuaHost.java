package io.weir.lua.engine.lib;

import io.weir.lua.engine.LuaString;

/** What the standard library needs of the world around it. */
public interface LuaHost {
  /** Milliseconds since the epoch. */
  long wallMillis();

  /** Where {@code print} goes. */
  void print(LuaString line);
}
