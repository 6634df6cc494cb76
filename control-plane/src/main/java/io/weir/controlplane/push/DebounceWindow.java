package io.weir.controlplane.push;

import io.weir.controlplane.config.ConfigKey;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Merges changes that follow one another quickly: they are due when nothing has happened for a
 * while, or when the first of them has waited too long. Times are nanoseconds of any clock. Owned
 * by one thread.
 */
public final class DebounceWindow {

  private final long quietNanos;
  private final long maxNanos;
  private final Set<ConfigKey> changed = new TreeSet<>();
  private boolean open;
  private long first;
  private long last;

  public DebounceWindow(Duration quiet, Duration max) {
    this.quietNanos = quiet.toNanos();
    this.maxNanos = max.toNanos();
  }

  /** Takes a change. */
  public void add(Set<ConfigKey> keys, long now) {
    if (!open) {
      open = true;
      first = now;
    }
    last = now;
    changed.addAll(keys);
  }

  public boolean isOpen() {
    return open;
  }

  /** How long until the changes are due; not positive when they are. */
  public long remaining(long now) {
    return Math.min(last + quietNanos, first + maxNanos) - now;
  }

  /** The changes if they are due, after which the window is closed; otherwise null. */
  public @Nullable Set<ConfigKey> take(long now) {
    if (!open || remaining(now) > 0) {
      return null;
    }
    Set<ConfigKey> taken = new TreeSet<>(changed);
    changed.clear();
    open = false;
    return taken;
  }
}
