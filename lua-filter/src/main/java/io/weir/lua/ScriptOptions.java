package io.weir.lua;

import io.weir.lua.engine.Budget;
import io.weir.lua.engine.load.Chunk;
import io.weir.lua.library.ScriptLibrary;
import io.weir.lua.library.SharedDictionary;
import java.util.List;
import java.util.Map;

/**
 * What a script may do and what becomes of its failures, beyond Envoy.
 *
 * @param failureStatus the answer to a request whose script failed; 0 to let the request go on, as
 *     Envoy does
 * @param sandbox whether files, the environment and the like are out of reach
 * @param libraries what {@code require} finds
 * @param modules what {@code require} finds, written in Lua
 * @param dictionaries what {@code require "shared"} gives access to
 * @param respondInResponse whether {@code respond} works in {@code envoy_on_response}
 * @param statistics whether each script has statistics of its own
 */
record ScriptOptions(
    int failureStatus,
    Budget.Limits limits,
    boolean sandbox,
    List<ScriptLibrary> libraries,
    Map<String, Chunk> modules,
    Map<String, SharedDictionary> dictionaries,
    boolean respondInResponse,
    boolean statistics) {

  /** Envoy's ways, with the budget that keeps workers alive. */
  static final ScriptOptions ENVOY =
      new ScriptOptions(
          0, Budget.Limits.DEFAULT, false, List.of(), Map.of(), Map.of(), false, false);

  ScriptOptions {
    libraries = List.copyOf(libraries);
    modules = Map.copyOf(modules);
    dictionaries = Map.copyOf(dictionaries);
  }

  boolean failClosed() {
    return failureStatus != 0;
  }
}
