package io.weir.proxy.overload;

import io.weir.filter.Worker;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * {@code weir.resource_monitors.event_loop_lag}: how long a task waits for its worker, in
 * proportion to a limit; the longest of all workers. A worker that has not answered yet counts with
 * the time it has taken so far.
 */
final class EventLoopLagMonitor implements ResourceMonitor {
  private static final double FALLING = 0.5;

  private final double limitNanos;
  private List<? extends Worker> workers = List.of();
  // When the task was given to the worker, 0 when it has run; and how long it had waited.
  private AtomicLongArray asked = new AtomicLongArray(0);
  private AtomicLongArray waited = new AtomicLongArray(0);
  private double pressure;

  EventLoopLagMonitor(long limitMillis) {
    this.limitNanos = limitMillis * 1e6;
  }

  @Override
  public void start(List<? extends Worker> all) {
    workers = all;
    asked = new AtomicLongArray(all.size());
    waited = new AtomicLongArray(all.size());
  }

  @Override
  public double pressure() {
    long longest = 0;
    for (int i = 0; i < workers.size(); i++) {
      long since = asked.get(i);
      longest = Math.max(longest, since != 0 ? System.nanoTime() - since : waited.get(i));
      if (since == 0) {
        ask(i);
      }
    }
    double now = longest / limitNanos;
    // One quiet look does not end what a whole burst has caused.
    pressure = now >= pressure ? now : pressure + FALLING * (now - pressure);
    return pressure;
  }

  private void ask(int index) {
    long now = System.nanoTime();
    asked.set(index, now);
    workers
        .get(index)
        .execute(
            () -> {
              waited.set(index, System.nanoTime() - now);
              asked.set(index, 0);
            });
  }
}
