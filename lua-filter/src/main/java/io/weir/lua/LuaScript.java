package io.weir.lua;

import io.weir.filter.Worker;
import io.weir.lua.engine.load.Chunk;
import org.jspecify.annotations.Nullable;

/**
 * One code block of a configuration: shared code, and a state of its own on every worker. Two
 * blocks with the same text share the code and nothing else.
 */
final class LuaScript {
  private final Chunk chunk;
  private final String origin;
  private final ScriptOptions options;

  /** Each worker writes and reads its own element only. */
  private final @Nullable ScriptState[] states;

  /**
   * @param origin the configuration field that the text comes from, for the log
   */
  LuaScript(Chunk chunk, String origin, ScriptOptions options, int workers) {
    this.chunk = chunk;
    this.origin = origin;
    this.options = options;
    this.states = new @Nullable ScriptState[Math.max(1, workers)];
  }

  /** The block's state on a worker; runs the block if it has none yet. On that worker's thread. */
  ScriptState open(Worker worker) {
    ScriptState state = states[worker.index()];
    if (state == null) {
      state = ScriptState.open(chunk, origin, worker, options);
      states[worker.index()] = state;
    }
    return state;
  }

  String origin() {
    return origin;
  }

  /** What the block did on a worker. On that worker's thread. */
  ScriptReport report(Worker worker) {
    ScriptState state = states[worker.index()];
    return state == null ? ScriptReport.NONE : state.report();
  }
}
