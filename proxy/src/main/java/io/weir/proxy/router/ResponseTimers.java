package io.weir.proxy.router;

import io.weir.filter.Timer;
import io.weir.filter.Worker;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Timers for the routes' timeouts, used again: one is armed for every request. Of one worker. */
final class ResponseTimers {
  private static final int MOST_IDLE = 256;

  private final Worker worker;
  private final ArrayDeque<ResponseTimer> idle = new ArrayDeque<>();

  ResponseTimers(Worker worker) {
    this.worker = worker;
  }

  /** Tells the router when {@code millis} have passed, unless the timer is stopped before. */
  ResponseTimer start(RouterFilter router, long millis) {
    ResponseTimer timer = idle.poll();
    if (timer == null) {
      timer = new ResponseTimer();
    }
    timer.router = router;
    timer.timer.arm(millis);
    return timer;
  }

  /** A running timer; not to be used after {@link #stop}. */
  final class ResponseTimer implements Runnable {
    private final Timer timer = worker.newTimer(this);
    private @Nullable RouterFilter router;

    private ResponseTimer() {}

    void stop() {
      timer.cancel();
      router = null;
      if (idle.size() < MOST_IDLE) {
        idle.push(this);
      }
    }

    @Override
    public void run() {
      RouterFilter late = router;
      if (late != null) {
        late.onResponseTimeout();
      }
    }
  }
}
