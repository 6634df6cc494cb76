package io.weir.plugin.jvm;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The time that a plugin's callback may take. Plugin classes are given a {@link #poll} at every
 * backward jump when they are loaded, so that a loop that never ends is ended after its budget and
 * the worker lives on. Static because the plugin's code calls it.
 *
 * <p>A daemon counts ticks; entering a callback stores the tick, so the data path reads no clock.
 */
public final class Budget {
  private static final long TICK_MILLIS = 5;
  private static final Map<Thread, Budget> BY_THREAD = new ConcurrentHashMap<>();
  private static volatile boolean tripped;
  private static volatile int tick = 1;
  private static boolean started;

  private final int ticks;
  // 0 while no callback runs.
  private volatile int enteredTick;
  private volatile boolean exceeded;

  private Budget(int ticks) {
    this.ticks = ticks;
  }

  /** The budget of the calling worker thread; made on first use and kept for the thread's life. */
  static Budget ofThread(long millis) {
    startWatchdog();
    return BY_THREAD.computeIfAbsent(
        Thread.currentThread(), _ -> new Budget((int) Math.max(1, millis / TICK_MILLIS)));
  }

  /** Called by plugin code at every backward jump. */
  public static void poll() {
    if (tripped) {
      endIfExceeded();
    }
  }

  private static void endIfExceeded() {
    Budget budget = BY_THREAD.get(Thread.currentThread());
    if (budget != null && budget.exceeded) {
      throw new BudgetExceededError();
    }
  }

  /**
   * A callback begins.
   *
   * @return what {@link #exit} wants: callbacks of several plugins may lie on one stack
   */
  int enter() {
    int outer = enteredTick;
    enteredTick = tick;
    return outer;
  }

  void exit(int outer) {
    enteredTick = outer;
    if (exceeded) {
      exceeded = false;
      tripped = BY_THREAD.values().stream().anyMatch(budget -> budget.exceeded);
    }
  }

  private static synchronized void startWatchdog() {
    if (!started) {
      started = true;
      Thread.ofPlatform().daemon().name("plugin-watchdog").start(Budget::watch);
    }
  }

  private static void watch() {
    try {
      while (true) {
        Thread.sleep(TICK_MILLIS);
        int now = tick + 1 == 0 ? 1 : tick + 1;
        tick = now;
        for (Budget budget : BY_THREAD.values()) {
          int entered = budget.enteredTick;
          if (entered != 0 && now - entered > budget.ticks) {
            budget.exceeded = true;
            tripped = true;
          }
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
