package io.weir.proxy.filter.fault;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;

/** {@code fault.*} of one worker. */
final class FaultStats {
  final Counter aborts;
  final Counter delays;
  final Counter limited;
  final Counter overflow;
  final Gauge active;
  private final Stats stats;
  private final String prefix;

  FaultStats(Stats stats, String prefix) {
    this.stats = stats;
    this.prefix = prefix;
    this.aborts = stats.counter(prefix, "aborts_injected");
    this.delays = stats.counter(prefix, "delays_injected");
    this.limited = stats.counter(prefix, "response_rl_injected");
    this.overflow = stats.counter(prefix, "faults_overflow");
    this.active = stats.gauge(prefix, "active_faults");
  }

  /** Counts for the downstream cluster that the request names; a look-up, for faults only. */
  void countFor(String downstreamCluster, String what) {
    stats.counter(prefix, downstreamCluster + "." + what).inc();
  }
}
