package io.weir.proxy.http;

import io.weir.filter.Worker;

/**
 * Notices a peer that opens streams only to have them reset (CVE-2023-44487 and its kin): streams
 * that end soon without a response, whoever resets them. The numbers are Envoy's defaults.
 */
final class PrematureResets {
  private static final long STREAMS = 500;
  private static final long LIFETIME_NANOS = 1_000_000_000L;

  private final Worker worker;
  private long streams;
  private long premature;

  PrematureResets(Worker worker) {
    this.worker = worker;
  }

  /** Counts a stream that has ended; whether the connection must be closed. */
  boolean tooMany(ActiveStream stream) {
    streams++;
    if (stream.wasReset() && worker.nanoTime() - stream.startNanos() <= LIFETIME_NANOS) {
      premature++;
    }
    return tooMany();
  }

  /** A response that was made is not wanted any more; whether the connection must be closed. */
  boolean wasted() {
    premature++;
    return tooMany();
  }

  private boolean tooMany() {
    // Below the number of streams: even if all the others end well it will be half of them.
    return premature * 2 >= Math.max(STREAMS, streams);
  }
}
