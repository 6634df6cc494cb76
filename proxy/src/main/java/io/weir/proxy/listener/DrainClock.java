package io.weir.proxy.listener;

import io.weir.filter.Worker;

/**
 * When a drain began and how long it takes, as one worker sees it.
 *
 * @param totalNanos 0 to end connections at once
 */
record DrainClock(long startNanos, long totalNanos) {
  /** By chance while the drain is under way, so that peers do not all reconnect at one moment. */
  boolean drainClose(Worker worker) {
    long elapsed = worker.nanoTime() - startNanos;
    return elapsed >= totalNanos || worker.random().nextLong(totalNanos) < elapsed;
  }
}
