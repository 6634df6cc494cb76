package io.weir.proxy.worker;

import io.weir.filter.Timer;
import org.jspecify.annotations.Nullable;

/** A timer and, while armed, a node of its wheel's lists. Arming and disarming allocate nothing. */
final class WheelTimer implements Timer {
  static final int UNLINKED = -1;

  final Runnable task;
  private final TimerWheel wheel;

  /** The tick at which the task runs; meaningful while armed. */
  long deadline;

  /** Where the timer is linked; its list's tick may be earlier than {@link #deadline}. */
  int slot = UNLINKED;

  @Nullable WheelTimer previous;
  @Nullable WheelTimer next;

  WheelTimer(TimerWheel wheel, Runnable task) {
    this.wheel = wheel;
    this.task = task;
  }

  @Override
  public void arm(long delayMillis) {
    wheel.arm(this, delayMillis);
  }

  @Override
  public void cancel() {
    wheel.cancel(this);
  }

  @Override
  public boolean armed() {
    return slot != UNLINKED;
  }
}
