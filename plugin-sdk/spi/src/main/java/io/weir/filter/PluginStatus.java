package io.weir.filter;

/**
 * A plugin at one moment, summed over the workers.
 *
 * @param reason why it is in that state, for people; empty when nothing is wrong
 * @param streams streams that it takes part in now
 * @param calls calls into it so far
 * @param failures how often it failed so far
 * @param memoryBytes memory of its own; 0 when the runtime cannot tell
 * @param details whatever else the runtime knows, by name
 */
public record PluginStatus(
    State state,
    String reason,
    long streams,
    long calls,
    long failures,
    long memoryBytes,
    Value.MapValue details) {

  /** Where a plugin is in its life. */
  public enum State {
    /** Fetched, compiled, started: not yet used. */
    WARMING,
    RUNNING,
    /** Some of its workers' parts failed and have not been started again. */
    DEGRADED,
    FAILED
  }
}
