package io.weir.lua.api;

/** Something that scripts may use for a while only. */
interface Scoped {
  boolean alive();
}
