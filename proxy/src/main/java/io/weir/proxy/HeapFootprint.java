package io.weir.proxy;

import io.weir.proxy.worker.ControlThread;

/**
 * Gives memory back that a change of configuration has left behind. The serial collector, which
 * small machines use, lets the old generation grow to the heap's limit before it collects it. So
 * the old generation is collected when the heap has grown well beyond what was live, in steps so
 * large that steady traffic does not cause it.
 */
final class HeapFootprint {
  /** Set by the launcher for the serial collector; others bound their heaps themselves. */
  private static final String ENABLED = "weir.bound-heap";

  private static final long STEP = 64 << 20;
  private static final long INTERVAL_MILLIS = 5_000;

  private final ControlThread control;
  private long live;

  HeapFootprint(ControlThread control) {
    this.control = control;
  }

  /** The configuration is loaded; what that took is garbage now. */
  void start() {
    if (Boolean.getBoolean(ENABLED)) {
      check();
    }
  }

  private void check() {
    if (used() > 2 * live + STEP) {
      System.gc();
      live = used();
    }
    control.schedule(this::check, INTERVAL_MILLIS);
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
