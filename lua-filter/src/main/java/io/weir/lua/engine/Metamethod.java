package io.weir.lua.engine;

/** Names of metamethods; {@link #bit} marks those whose absence a metatable remembers. */
public enum Metamethod {
  INDEX("__index"),
  NEWINDEX("__newindex"),
  EQ("__eq"),
  LEN("__len"),
  CALL("__call"),
  LT("__lt"),
  LE("__le"),
  CONCAT("__concat"),
  TOSTRING("__tostring"),
  METATABLE("__metatable"),
  PAIRS("__pairs"),
  IPAIRS("__ipairs"),
  MODE("__mode"),
  GC("__gc");

  private final LuaString key;

  Metamethod(String key) {
    this.key = LuaString.of(key);
  }

  public LuaString key() {
    return key;
  }

  int bit() {
    return 1 << ordinal();
  }
}
