package io.weir.proxy.http.codec;

import io.weir.filter.Timer;
import io.weir.filter.Worker;

/** Pings a peer from time to time, and gives it up when it does not answer. */
final class Http2KeepAlive {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Worker worker;
  private final Http2Settings.KeepAlive settings;
  private final Http2FrameWriter writer;
  private final Timer interval;
  private final Timer timeout;
  private long lastReceived;
  private boolean stopped;

  Http2KeepAlive(
      Worker worker,
      Http2Settings.KeepAlive settings,
      Http2FrameWriter writer,
      Runnable onTimeout) {
    this.worker = worker;
    this.settings = settings;
    this.writer = writer;
    this.interval = worker.newTimer(this::ping);
    this.timeout = worker.newTimer(onTimeout);
    this.lastReceived = worker.nanoTime();
  }

  void start() {
    armInterval();
  }

  private void armInterval() {
    long millis = settings.intervalMillis();
    if (millis > 0 && !stopped) {
      long jitter = (long) (millis * settings.jitterPercent() / 100);
      interval.arm(millis + (jitter > 0 ? worker.random().nextLong(jitter) : 0));
    }
  }

  private void ping() {
    if (!stopped && !timeout.armed()) {
      writer.ping(worker.nanoTime(), false);
      timeout.arm(settings.timeoutMillis());
    }
  }

  void onReceived() {
    lastReceived = worker.nanoTime();
  }

  void onAnswer() {
    timeout.cancel();
    armInterval();
  }

  /** A connection that was silent for long is tried before it is used again. */
  void beforeStream() {
    if (settings.idleMillis() > 0
        && worker.nanoTime() - lastReceived > settings.idleMillis() * NANOS_PER_MILLI) {
      ping();
    }
  }

  void stop() {
    stopped = true;
    interval.cancel();
    timeout.cancel();
  }
}
