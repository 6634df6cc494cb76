package io.weir.lua.engine.code;

import io.weir.lua.engine.LuaString;

/**
 * A chunk's text and name.
 *
 * @param display the name as positions show it
 */
public record Source(LuaString name, String display, byte[] text) {
  public Source(LuaString name, byte[] text) {
    this(name, ChunkName.display(name), text);
  }
}
