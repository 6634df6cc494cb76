package io.weir.lua.library;

import io.weir.lua.engine.LuaTable;
import org.jspecify.annotations.Nullable;

/** What {@code json.encode} and {@code json.decode} of one module table go by. */
final class JsonSettings {
  static final int MAX_DEPTH = 1_000;

  final JsonNull nullValue = new JsonNull();

  /** Marks tables that are arrays whatever they hold; null when decoding marks none. */
  final @Nullable LuaTable arrayMetatable;

  boolean markArrays;
  boolean emptyTableIsObject = true;
  int precision = 14;

  JsonSettings(@Nullable LuaTable arrayMetatable) {
    this.arrayMetatable = arrayMetatable;
  }
}
