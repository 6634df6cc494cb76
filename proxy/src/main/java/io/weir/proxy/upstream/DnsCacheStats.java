package io.weir.proxy.upstream;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;
import java.util.concurrent.atomic.LongAdder;

/** The statistics of a {@link DnsCache}, {@code dns_cache.<name>.}; the control thread's. */
final class DnsCacheStats {
  private final Counter attempt;
  private final Counter success;
  private final Counter failure;
  private final Counter added;
  private final Counter removed;
  private final Counter changed;
  private final Counter overflow;
  private final Counter pendingOverflow;
  private final Gauge hosts;
  private final Gauge pendingOpen;
  private final Gauge pendingRemaining;
  private final long maxPending;
  // Counted by workers, shown when the control thread comes by.
  private final LongAdder overflows = new LongAdder();
  private final LongAdder pendingOverflows = new LongAdder();

  DnsCacheStats(Stats stats, String name, long maxPending) {
    String prefix = "dns_cache." + name + ".";
    this.attempt = stats.counter(prefix, "dns_query_attempt");
    this.success = stats.counter(prefix, "dns_query_success");
    this.failure = stats.counter(prefix, "dns_query_failure");
    this.added = stats.counter(prefix, "host_added");
    this.removed = stats.counter(prefix, "host_removed");
    this.changed = stats.counter(prefix, "host_address_changed");
    this.overflow = stats.counter(prefix, "host_overflow");
    this.pendingOverflow = stats.counter(prefix, "dns_rq_pending_overflow");
    stats.counter(prefix, "cache_load");
    stats.counter(prefix, "dns_query_timeout");
    this.hosts = stats.gauge(prefix, "num_hosts");
    this.pendingOpen = stats.gauge(prefix, "circuit_breakers.rq_pending_open");
    this.pendingRemaining = stats.gauge(prefix, "circuit_breakers.rq_pending_remaining");
    this.maxPending = maxPending;
    pendingRemaining.set(maxPending);
  }

  void attempt() {
    attempt.inc();
  }

  void success() {
    success.inc();
  }

  void failure() {
    failure.inc();
  }

  void changed() {
    changed.inc();
  }

  void added(int now) {
    added.inc();
    hosts.set(now);
  }

  void removed(int now) {
    removed.inc();
    hosts.set(now);
  }

  void pending(int now) {
    pendingOpen.set(now >= maxPending ? 1 : 0);
    pendingRemaining.set(Math.max(0, maxPending - now));
    overflow.add(overflows.sumThenReset());
    pendingOverflow.add(pendingOverflows.sumThenReset());
  }

  /** Any thread. */
  void overflow() {
    overflows.increment();
  }

  /** Any thread. */
  void pendingOverflow() {
    pendingOverflows.increment();
  }
}
