package io.weir.proxy.http;

import io.weir.filter.Counter;
import io.weir.filter.Stats;
import io.weir.proxy.tracing.TraceReason;

/**
 * The statistics {@code http.<stat_prefix>.tracing.*} of one worker, which a connection manager
 * shows whether it traces or not.
 */
final class TracingStats {
  private final Counter notTraceable;
  private final Counter sampled;
  private final Counter serviceForced;
  private final Counter clientForced;

  TracingStats(Stats stats, String prefix) {
    String own = prefix + "tracing.";
    this.clientForced = stats.counter(own, "client_enabled");
    stats.counter(own, "health_check");
    this.notTraceable = stats.counter(own, "not_traceable");
    this.sampled = stats.counter(own, "random_sampling");
    this.serviceForced = stats.counter(own, "service_forced");
  }

  void charge(TraceReason reason) {
    switch (reason) {
      case NOT_TRACEABLE -> notTraceable.inc();
      case SAMPLING -> sampled.inc();
      case SERVICE_FORCED -> serviceForced.inc();
      case CLIENT_FORCED -> clientForced.inc();
    }
  }
}
