package io.weir.lua.engine.lib;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.load.Chunk;

/** What the standard library needs of the world around it. */
public interface LuaHost {
  /** Milliseconds since the epoch. */
  long wallMillis();

  /** Where {@code print} goes. */
  void print(LuaString line);

  /** How text that the script loads itself is carried out. */
  default Chunk.Mode loadMode() {
    return Chunk.Mode.INTERPRETED;
  }
}
