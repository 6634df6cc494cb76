package io.weir.proxy.cluster;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * One limit of a circuit breaker, counted over all workers. Like Envoy's it is eventually
 * consistent: whoever asks first and counts afterwards may exceed it by the number of workers.
 */
public final class ResourceLimit {
  private final LongSupplier max;
  private final AtomicInteger used = new AtomicInteger();

  ResourceLimit(LongSupplier max) {
    this.max = max;
  }

  public boolean canCreate() {
    return used.get() < max.getAsLong();
  }

  public int used() {
    return used.get();
  }

  public long max() {
    return max.getAsLong();
  }

  /** Counts one more; returns whether that reached the limit. */
  boolean inc() {
    return used.incrementAndGet() == Math.max(1, max.getAsLong());
  }

  /** Counts one less; returns whether that made room again. */
  boolean dec() {
    long limit = max.getAsLong();
    // A limit of nothing is reached for good once it was touched.
    return used.decrementAndGet() == limit - 1 && limit > 0;
  }
}
