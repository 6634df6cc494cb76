package io.weir.controlplane.push;

import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.Kind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Merges changes that follow one another quickly: they are due when nothing has happened for a
 * while (a fifth of it when they are only about endpoints and services), or when the first of them
 * has waited too long. Times are nanoseconds of any clock. Owned by one thread.
 */
public final class DebounceWindow {

  /** Endpoints come and go one by one, and traffic waits for them. */
  private static final Set<Kind> URGENT = EnumSet.of(Kind.SERVICE_ENTRY, Kind.WORKLOAD_ENTRY);

  private static final int URGENT_DIVISOR = 5;

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
    boolean urgent = changed.stream().allMatch(key -> URGENT.contains(key.kind()));
    long quiet = urgent ? quietNanos / URGENT_DIVISOR : quietNanos;
    return Math.min(last + quiet, first + maxNanos) - now;
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
