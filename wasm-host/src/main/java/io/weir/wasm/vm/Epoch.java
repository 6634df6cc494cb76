package io.weir.wasm.vm;

/**
 * What compiled guest code reads at loop back-edges and calls: whether anybody is to be stopped.
 * Public because generated code calls it.
 */
public final class Epoch {
  private static volatile boolean raised;

  private Epoch() {}

  /** Throws {@link GuestTrap} if the call that runs on this thread has used up its budget. */
  public static void check() {
    if (raised) {
      CpuWatchdog.stopIfKilled(Thread.currentThread());
    }
  }

  static void raise(boolean value) {
    raised = value;
  }
}
