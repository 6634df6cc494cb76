package io.weir.proxy.overload;

import io.weir.proxy.extension.Runtime;
import java.util.concurrent.atomic.AtomicLong;

/** Counts open connections against a limit that all workers share. Any thread. */
public final class OpenConnections {
  private final long configured;
  private final String runtimeKey;
  private final Runtime runtime;
  private final AtomicLong open = new AtomicLong();

  /**
   * @param configured the limit, unless the runtime has {@code runtimeKey}
   */
  public OpenConnections(long configured, String runtimeKey, Runtime runtime) {
    this.configured = configured;
    this.runtimeKey = runtimeKey;
    this.runtime = runtime;
  }

  /** Counts a connection; false, and not counted, when the limit is reached. */
  public boolean tryOpen() {
    long limit = runtime.integer(runtimeKey, configured);
    if (open.incrementAndGet() > limit) {
      open.decrementAndGet();
      return false;
    }
    return true;
  }

  /** A counted connection has ended. */
  public void close() {
    open.decrementAndGet();
  }

  long open() {
    return open.get();
  }
}
