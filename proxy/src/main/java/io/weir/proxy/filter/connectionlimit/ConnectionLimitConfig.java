package io.weir.proxy.filter.connectionlimit;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Worker;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.proxy.extension.Runtime;
import java.util.concurrent.atomic.AtomicLong;

/** A loaded connection limit; the count is shared by all workers. */
final class ConnectionLimitConfig implements NetworkFilterConfig {
  private final String statPrefix;
  private final long maxConnections;
  private final long delayMillis;
  private final Runtime runtime;
  private final String runtimeKey;
  private final boolean enabledByDefault;
  private final AtomicLong connections = new AtomicLong();

  ConnectionLimitConfig(
      String statPrefix,
      long maxConnections,
      long delayMillis,
      Runtime runtime,
      String runtimeKey,
      boolean enabledByDefault) {
    this.statPrefix = statPrefix;
    this.maxConnections = maxConnections;
    this.delayMillis = delayMillis;
    this.runtime = runtime;
    this.runtimeKey = runtimeKey;
    this.enabledByDefault = enabledByDefault;
  }

  @Override
  public NetworkFilterWorker openWorker(Worker worker) {
    String prefix = "connection_limit." + statPrefix + ".";
    Counter limited = worker.stats().counter(prefix, "limited_connections");
    Gauge active = worker.stats().gauge(prefix, "active_connections");
    return callbacks -> new ConnectionLimit(this, limited, active, callbacks);
  }

  boolean enabled() {
    return runtime.flag(runtimeKey, enabledByDefault);
  }

  long delayMillis() {
    return delayMillis;
  }

  /** Counts a connection unless there are too many. */
  boolean acquire() {
    while (true) {
      long now = connections.get();
      if (now >= maxConnections) {
        return false;
      }
      if (connections.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  void release() {
    connections.decrementAndGet();
  }
}
