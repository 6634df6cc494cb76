package io.weir.wasm.vm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One instance's account with the {@link CpuWatchdog}. Entering and leaving the guest costs one
 * opaque write each; no clock is read.
 */
final class CpuBudget {
  private static final VarHandle ENTRIES;

  static {
    try {
      ENTRIES = MethodHandles.lookup().findVarHandle(CpuBudget.class, "entries", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Odd while a call runs. Written by the thread that runs the guest. */
  @SuppressWarnings("UnusedVariable") // Through ENTRIES.
  private long entries;

  /** Set before {@link #entries} becomes odd. */
  private volatile @Nullable Thread thread;

  private volatile long limitMillis;

  /** The entry that is to be stopped. Written by the watchdog. */
  private volatile long killedEntry = -1;

  // The watchdog's own notes.
  long watchedEntry = -1;
  long watchedCpuNanos;

  /** A call that takes long, and what it has used so far. Written by the watchdog. */
  private volatile long spentEntry = -1;

  private volatile long spentNanos;

  private final boolean interrupts;

  /**
   * @param interrupts whether the guest runs code that does not read the epoch
   */
  CpuBudget(long limitMillis, boolean interrupts) {
    this.limitMillis = limitMillis;
    this.interrupts = interrupts;
  }

  /** CPU time of one call from now on. */
  public void setLimitMillis(long millis) {
    limitMillis = millis;
  }

  long limitMillis() {
    return limitMillis;
  }

  /** A call into the guest begins on this thread. Calls do not nest. */
  public void enter() {
    Thread current = Thread.currentThread();
    if (thread != current) {
      thread = current;
    }
    ENTRIES.setOpaque(this, (long) ENTRIES.getOpaque(this) + 1);
  }

  /** The call has ended. */
  public void leave() {
    ENTRIES.setOpaque(this, (long) ENTRIES.getOpaque(this) + 1);
  }

  /** The watchdog saw the same call again. */
  void spent(long entry, long nanos) {
    spentNanos = nanos;
    spentEntry = entry;
  }

  /** CPU time of the call that runs, 0 for one that the watchdog did not see twice. */
  long spentNanos() {
    return spentEntry == entry() ? spentNanos : 0;
  }

  long entry() {
    return (long) ENTRIES.getOpaque(this);
  }

  @Nullable Thread thread() {
    return thread;
  }

  /** Marks a call to be stopped. Holds the lock of {@link #finish} while it interrupts. */
  synchronized void kill(long entry, Thread runner) {
    if (entry() == entry) {
      killedEntry = entry;
      if (interrupts) {
        runner.interrupt();
      }
    }
  }

  /**
   * The call has ended; a thread that was interrupted for it is not interrupted any more. The lock
   * makes sure that an interrupt does not come later.
   */
  synchronized void finish() {
    boolean interrupted = killed();
    leave();
    if (interrupted) {
      Thread.interrupted();
    }
  }

  boolean killed() {
    return killedEntry == entry();
  }
}
