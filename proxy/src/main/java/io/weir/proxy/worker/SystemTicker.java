package io.weir.proxy.worker;

import java.time.Instant;

/** The machine's clocks. Wall time has the resolution of the operating system's clock. */
final class SystemTicker implements Ticker {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long wallNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
  }
}
