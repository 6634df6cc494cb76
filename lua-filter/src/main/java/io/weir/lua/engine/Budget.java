package io.weir.lua.engine;

import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * Limits of one run of a script between two suspensions: steps (loop rounds and calls), wall time
 * and allocated bytes. The limits are looked at once every {@value #SLICE} steps, so a short
 * callback pays a decrement per step only.
 */
public final class Budget {
  /** Steps between two looks at the limits. */
  public static final int SLICE = 16_384;

  /** What a script may use. */
  public record Limits(long steps, long nanos, long bytes) {
    /** Generous: no real script comes near. */
    public static final Limits DEFAULT = new Limits(2_000_000_000L, 1_000_000_000L, 1L << 30);
  }

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Limits limits;
  private final LongSupplier clock;
  private long slices;
  private long startNanos;
  private long startBytes;

  Budget(Limits limits, LongSupplier clock) {
    this.limits = limits;
    this.clock = clock;
  }

  void begin() {
    slices = 0;
  }

  /**
   * A slice has been used up: ends the script when a limit is reached.
   *
   * @param stack says where the script is
   */
  void spend(CallStack stack) {
    if (slices++ == 0) {
      startNanos = clock.getAsLong();
      startBytes = THREADS.getCurrentThreadAllocatedBytes();
      return;
    }
    if (slices * SLICE > limits.steps) {
      throw stop(stack, "more than " + limits.steps + " steps");
    }
    if (clock.getAsLong() - startNanos > limits.nanos) {
      throw stop(stack, "ran longer than " + limits.nanos / 1_000_000 + " ms");
    }
    if (THREADS.getCurrentThreadAllocatedBytes() - startBytes > limits.bytes) {
      throw stop(stack, "allocated more than " + (limits.bytes >> 20) + " MiB");
    }
  }

  private static ScriptStop stop(CallStack stack, String reason) {
    return ScriptStop.because(stack.where(1) + "script stopped: " + reason);
  }
}
