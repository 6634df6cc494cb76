package io.weir.plugin.jvm;

import io.weir.filter.Counter;
import io.weir.filter.Worker;

/**
 * What guards the calls into one plugin on one worker: time, log, counter of failures, account.
 *
 * @param failOpen whether the configuration says that exchanges go on when the plugin fails
 */
record PluginCalls(
    Budget budget, PluginLog log, Counter errors, Account account, boolean failOpen) {
  /** What one callback may take. */
  static final long BUDGET_MILLIS = 50;

  static PluginCalls of(ModuleConfig module, String statPrefix, Account account, Worker worker) {
    String prefix = statPrefix + "dynamic_modules." + module.plugin() + ".";
    return new PluginCalls(
        Budget.ofThread(BUDGET_MILLIS),
        new PluginLog(module.plugin()),
        worker.stats().counter(prefix, "errors"),
        account,
        module.failOpen());
  }

  void failed(String callback, Throwable error) {
    errors.inc();
    account.failed(callback + ": " + error);
    log.failure(callback, error);
  }
}
