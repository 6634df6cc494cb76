package io.weir.lua.engine.syntax;

import io.weir.lua.engine.LuaString;

/** A target of {@code goto}; a statement of the block that declares it. Compared by identity. */
public final class Label {
  private final LuaString name;

  Label(LuaString name) {
    this.name = name;
  }

  public LuaString name() {
    return name;
  }
}
