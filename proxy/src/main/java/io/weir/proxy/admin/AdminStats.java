package io.weir.proxy.admin;

import io.weir.filter.Stats;
import io.weir.proxy.http.HcmStats;
import io.weir.proxy.listener.ListenerStats;

/**
 * What the administration interface counts of itself, under the names of its connection manager and
 * listener in Envoy. Thread-safe: each connection has a thread of its own.
 */
final class AdminStats {
  private static final String LISTENER = "listener.admin.";
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final HcmStats http;
  private final ListenerStats listener;

  /**
   * @param stats cells that nobody else writes
   */
  AdminStats(Stats stats) {
    this.http = new HcmStats(stats, "http.admin.", LISTENER);
    this.listener = new ListenerStats(stats, LISTENER, "main_thread");
  }

  synchronized void open() {
    listener.open();
    http.openHttp1();
  }

  synchronized void close(boolean locally, long nanos) {
    listener.close(nanos / NANOS_PER_MILLI);
    http.closeHttp1(locally, nanos / NANOS_PER_MILLI);
  }

  synchronized void begin(long bytes) {
    http.beginHttp1(bytes);
  }

  synchronized void end(int status, long bytes, long nanos) {
    http.end(status, bytes, nanos / NANOS_PER_MILLI);
  }
}
