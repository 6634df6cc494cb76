package io.weir.wasm.context;

import io.weir.filter.Worker;

/** How many lines a guest may still log: so many a second, and a burst of two seconds' worth. */
final class LogBudget {
  private static final int BURST_SECONDS = 2;
  private static final double NANOS = 1e9;

  private final long perSecond;
  private double lines;
  private long filledNanos;
  private boolean started;

  LogBudget(long perSecond) {
    this.perSecond = perSecond;
    this.lines = (double) perSecond * BURST_SECONDS;
  }

  /** Whether one more line may be written; counts the one that may not. */
  boolean take(WasmVm vm) {
    Worker worker = vm.worker();
    if (worker == null) {
      return true;
    }
    if (lines < 1) {
      refill(worker.nanoTime());
    }
    if (lines < 1) {
      vm.tripped("log_lines_dropped");
      return false;
    }
    lines--;
    return true;
  }

  private void refill(long now) {
    double more = started ? (now - filledNanos) / NANOS * perSecond : 0;
    started = true;
    filledNanos = now;
    lines = Math.min(lines + more, (double) perSecond * BURST_SECONDS);
  }
}
