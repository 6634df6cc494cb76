package io.weir.wasm.vm;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Stops guest calls that use more CPU time than they may. One daemon thread looks at every
 * instance's {@link CpuBudget} each few milliseconds; a call that is still the same one and whose
 * thread has spent the budget is marked, and {@link Epoch} makes compiled guest code look. CPU
 * time, not wall time: a machine that is short of processors does not kill plugins.
 *
 * <p>Code that the interpreter runs does not read the epoch; there the thread is interrupted, and
 * the flag is cleared when the call ends ({@link WasmInstance}).
 */
final class CpuWatchdog {
  private static final long TICK_NANOS = 3_000_000;
  private static final long SHORTEST_NANOS = 500_000;
  private static final Set<CpuBudget> BUDGETS = ConcurrentHashMap.newKeySet();
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Thread TICKER = start();

  private CpuWatchdog() {}

  private static Thread start() {
    return Thread.ofPlatform().daemon().name("wasm-watchdog").start(CpuWatchdog::run);
  }

  static CpuBudget register(long limitMillis, boolean interrupts) {
    var budget = new CpuBudget(limitMillis, interrupts);
    BUDGETS.add(budget);
    LockSupport.unpark(TICKER);
    return budget;
  }

  static void unregister(CpuBudget budget) {
    BUDGETS.remove(budget);
  }

  static void stopIfKilled(Thread thread) {
    for (CpuBudget budget : BUDGETS) {
      if (budget.thread() == thread && budget.killed()) {
        throw new GuestTrap("cpu_budget", reason(budget));
      }
    }
  }

  static String reason(CpuBudget budget) {
    return "the call used more than its CPU budget of " + budget.limitMillis() + " ms";
  }

  private static void run() {
    long pause = TICK_NANOS;
    while (true) {
      if (BUDGETS.isEmpty()) {
        LockSupport.park();
      } else {
        LockSupport.parkNanos(pause);
      }
      pause = TICK_NANOS;
      boolean pending = false;
      for (CpuBudget budget : BUDGETS) {
        long left = look(budget);
        pending |= left <= 0;
        pause = Math.clamp(left, SHORTEST_NANOS, pause);
      }
      Epoch.raise(pending);
    }
  }

  /**
   * Nanoseconds that the call of this budget may still use; 0 or less when it is to be stopped. A
   * call that was not seen before counts from now.
   */
  private static long look(CpuBudget budget) {
    long entry = budget.entry();
    Thread thread = budget.thread();
    if ((entry & 1) == 0 || thread == null) {
      return Long.MAX_VALUE;
    }
    long cpu = THREADS.getThreadCpuTime(thread.threadId());
    long limit = budget.limitMillis() * 1_000_000;
    if (entry != budget.watchedEntry) {
      budget.watchedEntry = entry;
      budget.watchedCpuNanos = cpu;
      return limit;
    }
    long used = cpu - budget.watchedCpuNanos;
    budget.spent(entry, used);
    if (cpu < 0 || used < limit) {
      return limit - used;
    }
    budget.kill(entry, thread);
    return 0;
  }
}
