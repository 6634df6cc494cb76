package io.weir.lua;

import org.jspecify.annotations.Nullable;

/**
 * What a script did, on one worker or on all.
 *
 * @param microseconds CPU time, estimated from samples
 * @param memoryBytes what its globals reach
 * @param lastError with script and line, null when there was none
 * @param loadFailure why its top level failed on a worker, null when it did not
 */
record ScriptReport(
    long calls,
    long yields,
    long errors,
    long microseconds,
    long memoryBytes,
    @Nullable String lastError,
    @Nullable String loadFailure) {

  static final ScriptReport NONE = new ScriptReport(0, 0, 0, 0, 0, null, null);

  ScriptReport plus(ScriptReport other) {
    return new ScriptReport(
        calls + other.calls,
        yields + other.yields,
        errors + other.errors,
        microseconds + other.microseconds,
        memoryBytes + other.memoryBytes,
        other.lastError == null ? lastError : other.lastError,
        loadFailure == null ? other.loadFailure : loadFailure);
  }
}
