package io.weir.proxy.worker;

import java.util.concurrent.atomic.AtomicLong;

/** Time that stands still until it is moved. */
public final class ManualTicker implements Ticker {
  private final AtomicLong nanos = new AtomicLong();

  public void advanceMillis(long millis) {
    nanos.addAndGet(millis * 1_000_000);
  }

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  @Override
  public long wallNanos() {
    return 1_767_225_600_000_000_000L + nanos.get();
  }
}
