package io.weir.plugin.jvm;

import io.weir.filter.Counter;

/** What guards the calls into one plugin on one worker: time, log, counter of failures. */
record PluginCalls(Budget budget, PluginLog log, Counter errors) {
  /** What one callback may take. */
  static final long BUDGET_MILLIS = 50;

  void failed(String callback, Throwable error) {
    errors.inc();
    log.failure(callback, error);
  }
}
