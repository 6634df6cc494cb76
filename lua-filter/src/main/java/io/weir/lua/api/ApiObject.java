package io.weir.lua.api;

import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.LuaUserdata;

/** An object of one run of a script: dead as soon as the script waits or ends. */
abstract class ApiObject extends LuaUserdata implements Scoped {
  private final HandleHost host;
  private final int epoch;

  ApiObject(LuaTable metatable, HandleHost host) {
    super(metatable);
    this.host = host;
    this.epoch = host.epoch();
  }

  final HandleHost host() {
    return host;
  }

  @Override
  public final boolean alive() {
    return host.live() && host.epoch() == epoch;
  }
}
