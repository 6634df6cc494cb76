package io.weir.lua.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a Lua function's code: for messages and the debug library. Immutable. */
public interface LuaCode {
  /** The chunk's name as positions show it. */
  String chunk();

  /** The chunk's name as it was given, with its leading {@code =} or {@code @}. */
  LuaString chunkName();

  Site site(int index);

  /** First line, 0 for a chunk. */
  int line();

  int lastLine();

  int parameterCount();

  boolean vararg();

  List<LuaString> upvalueNames();

  /** The function's text, to be compiled again, or null when it cannot be. */
  @Nullable LuaString source();
}
