package io.weir.lua.engine.syntax;

import io.weir.lua.engine.LuaString;

/** A local variable of one function. Variables whose lives do not overlap share a slot. */
public final class LocalVariable {
  private final LuaString name;
  private final int slot;
  private final int ordinal;
  private boolean captured;
  private boolean reassigned;

  LocalVariable(LuaString name, int slot, int ordinal) {
    this.name = name;
    this.slot = slot;
    this.ordinal = ordinal;
  }

  public LuaString name() {
    return name;
  }

  /** Where it lives in the function's frame. */
  public int slot() {
    return slot;
  }

  /** Unique within the function, in order of declaration. */
  public int ordinal() {
    return ordinal;
  }

  /** Whether an inner function refers to it, so that it needs a cell of its own. */
  public boolean captured() {
    return captured;
  }

  /** Whether it is assigned to after its declaration. */
  public boolean reassigned() {
    return reassigned;
  }

  void capture() {
    captured = true;
  }

  void reassign() {
    reassigned = true;
  }
}
