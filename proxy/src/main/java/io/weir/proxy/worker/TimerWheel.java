package io.weir.proxy.worker;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one worker: a hierarchy of wheels of 64 slots, each level 64 times coarser than the
 * one below, the finest a millisecond. Arming, re-arming and cancelling take constant time and no
 * memory. A timer that is re-armed for later stays where it is linked and moves on when its old
 * slot comes up, so that idle timers cost a store per request.
 *
 * <p>Owned by one worker.
 */
final class TimerWheel {
  private static final int SLOT_BITS = 6;
  private static final int SLOTS = 1 << SLOT_BITS;
  private static final int LEVELS = 8;
  private static final long NANOS_PER_TICK = 1_000_000;
  private static final long MAX_DELAY_MILLIS = 1L << 45;

  private final Ticker ticker;
  private final long startNanos;
  private final LongConsumer wakeAfterMillis;
  private final @Nullable WheelTimer[] heads = new WheelTimer[LEVELS * SLOTS];
  private final long[] occupied = new long[LEVELS];
  // All ticks up to this one have been processed.
  private long elapsed;
  private long nextWake = Long.MAX_VALUE;

  /**
   * @param wakeAfterMillis asks that {@link #expire} be called after a delay, instead of at the
   *     time that was asked for before
   */
  TimerWheel(Ticker ticker, LongConsumer wakeAfterMillis) {
    this.ticker = ticker;
    this.startNanos = ticker.nanoTime();
    this.wakeAfterMillis = wakeAfterMillis;
  }

  WheelTimer newTimer(Runnable task) {
    return new WheelTimer(this, task);
  }

  void arm(WheelTimer timer, long delayMillis) {
    long now = ticker.nanoTime() - startNanos;
    long delay = Math.min(Math.max(delayMillis, 0), MAX_DELAY_MILLIS);
    // Rounded up: a timer never fires early.
    long tick = (now + NANOS_PER_TICK - 1) / NANOS_PER_TICK + delay;
    long deadline = Math.max(tick, elapsed + 1);
    if (timer.slot != WheelTimer.UNLINKED) {
      if (deadline >= timer.deadline) {
        timer.deadline = deadline;
        return;
      }
      unlink(timer);
    }
    timer.deadline = deadline;
    link(timer);
    if (deadline < nextWake) {
      nextWake = deadline;
      wakeAfterMillis.accept(deadline - now / NANOS_PER_TICK);
    }
  }

  void cancel(WheelTimer timer) {
    if (timer.slot != WheelTimer.UNLINKED) {
      unlink(timer);
    }
  }

  /** Runs what is due, then asks for the next wake-up. */
  void expire() {
    long now = (ticker.nanoTime() - startNanos) / NANOS_PER_TICK;
    try {
      for (long due = nextDue(); due <= now; due = nextDue()) {
        elapsed = due;
        expireSlot(due);
      }
      elapsed = Math.max(elapsed, now);
    } finally {
      // Also after a task that threw: the others must not be forgotten.
      nextWake = nextDue();
      if (nextWake != Long.MAX_VALUE) {
        wakeAfterMillis.accept(Math.max(1, nextWake - now));
      }
    }
  }

  private void expireSlot(long due) {
    int level = 0;
    while (dueOf(level) != due) {
      level++;
    }
    int slot = level * SLOTS + slotOf(due, level);
    WheelTimer timer;
    while ((timer = heads[slot]) != null) {
      unlink(timer);
      if (timer.deadline > elapsed) {
        link(timer);
      } else {
        timer.task.run();
      }
    }
  }

  /** The tick at which the first occupied slot of any level begins. */
  private long nextDue() {
    long first = Long.MAX_VALUE;
    for (int level = 0; level < LEVELS; level++) {
      first = Math.min(first, dueOf(level));
    }
    return first;
  }

  private long dueOf(int level) {
    long mask = occupied[level];
    if (mask == 0) {
      return Long.MAX_VALUE;
    }
    int current = slotOf(elapsed, level);
    int ahead = Long.numberOfTrailingZeros(Long.rotateRight(mask, current));
    long base = elapsed >>> (SLOT_BITS * level);
    return Math.max(elapsed, (base + ahead) << (SLOT_BITS * level));
  }

  private static int slotOf(long tick, int level) {
    return (int) (tick >>> (SLOT_BITS * level)) & (SLOTS - 1);
  }

  private void link(WheelTimer timer) {
    // The highest digit, base 64, in which the deadline differs from now is the level: the slot
    // comes up when all coarser digits agree.
    long different = (timer.deadline ^ elapsed) | (SLOTS - 1);
    int level = (63 - Long.numberOfLeadingZeros(different)) / SLOT_BITS;
    int digit = slotOf(timer.deadline, level);
    int slot = level * SLOTS + digit;
    WheelTimer head = heads[slot];
    timer.slot = slot;
    timer.next = head;
    if (head != null) {
      head.previous = timer;
    }
    heads[slot] = timer;
    occupied[level] |= 1L << digit;
  }

  private void unlink(WheelTimer timer) {
    WheelTimer before = timer.previous;
    WheelTimer after = timer.next;
    int slot = timer.slot;
    if (before != null) {
      before.next = after;
    } else {
      heads[slot] = after;
      if (after == null) {
        occupied[slot / SLOTS] &= ~(1L << (slot % SLOTS));
      }
    }
    if (after != null) {
      after.previous = before;
    }
    timer.previous = null;
    timer.next = null;
    timer.slot = WheelTimer.UNLINKED;
  }
}
