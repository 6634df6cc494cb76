package io.weir.lua.api;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.LuaUserdata;

/** A statistic that a script made. It has no scope: scripts may keep it as long as they like. */
abstract class StatObject extends LuaUserdata implements Scoped {
  private static final double BEYOND_LONG = 0x1p63;

  StatObject(LuaTable metatable) {
    super(metatable);
  }

  @Override
  public final boolean alive() {
    return true;
  }

  /**
   * The second argument as a count.
   *
   * @param what named in the error text
   */
  static long count(Arguments a, String what) {
    double amount = a.number(2);
    if (!(amount >= 0 && amount < BEYOND_LONG)) {
      throw a.state().error(what + " must be non-negative");
    }
    return (long) amount;
  }
}
