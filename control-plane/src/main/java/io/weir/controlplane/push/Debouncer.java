package io.weir.controlplane.push;

import io.weir.controlplane.config.ConfigEvent;
import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.ConfigSnapshot;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns changes of the store into pushes, one at a time. Owns one virtual thread. */
public final class Debouncer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("push");

  public static final Duration QUIET = Duration.ofMillis(100);
  public static final Duration MAX = Duration.ofSeconds(10);

  private final LinkedBlockingQueue<ConfigEvent> events = new LinkedBlockingQueue<>();
  private final DebounceWindow window;
  private final BiConsumer<ConfigSnapshot, Set<ConfigKey>> push;
  private @Nullable Thread thread;

  /**
   * @param push called with the newest snapshot and all that changed since the last call
   */
  public Debouncer(Duration quiet, Duration max, BiConsumer<ConfigSnapshot, Set<ConfigKey>> push) {
    this.window = new DebounceWindow(quiet, max);
    this.push = push;
  }

  public void start() {
    thread = Thread.ofVirtual().name("debouncer").start(this::run);
  }

  /** Takes a change; any thread. */
  public void add(ConfigEvent event) {
    events.add(event);
  }

  private void run() {
    ConfigSnapshot newest = null;
    try {
      while (true) {
        ConfigEvent event =
            window.isOpen()
                ? events.poll(
                    Math.max(0, window.remaining(System.nanoTime())), TimeUnit.NANOSECONDS)
                : events.take();
        long now = System.nanoTime();
        if (event != null) {
          window.add(event.changed(), now);
          newest = event.snapshot();
        }
        Set<ConfigKey> due = window.take(now);
        if (due != null && newest != null) {
          deliver(newest, due);
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private void deliver(ConfigSnapshot snapshot, Set<ConfigKey> changed) {
    try {
      push.accept(snapshot, changed);
    } catch (RuntimeException e) {
      LOG.error("push of {} changes failed; the last configuration stays", changed.size(), e);
    }
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
