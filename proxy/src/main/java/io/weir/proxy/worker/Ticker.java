package io.weir.proxy.worker;

/** The proxy's source of time, injected so that tests can move it. Thread-safe. */
public interface Ticker {
  /** Monotonic nanoseconds from an arbitrary origin. */
  long nanoTime();

  /** Nanoseconds since the epoch. */
  long wallNanos();

  /** The machine's clocks. */
  static Ticker system() {
    return new SystemTicker();
  }
}
