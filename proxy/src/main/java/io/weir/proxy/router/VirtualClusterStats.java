package io.weir.proxy.router;

import io.weir.filter.Counter;
import io.weir.filter.Histogram;
import io.weir.filter.Stats;
import org.jspecify.annotations.Nullable;

/** {@code vhost.HOST.vcluster.CLUSTER.*} beside the response codes. One per worker. */
final class VirtualClusterStats {
  final Counter retry;
  final Counter retryLimitExceeded;
  final Counter retryOverflow;
  final Counter retrySuccess;
  final Counter timeout;
  final Counter total;
  private final Stats stats;
  private final String prefix;
  private @Nullable Histogram time;

  VirtualClusterStats(Stats stats, String virtualHost, String name) {
    this.stats = stats;
    this.prefix = "vhost." + virtualHost + ".vcluster." + name + ".";
    this.retry = stats.counter(prefix, "upstream_rq_retry");
    this.retryLimitExceeded = stats.counter(prefix, "upstream_rq_retry_limit_exceeded");
    this.retryOverflow = stats.counter(prefix, "upstream_rq_retry_overflow");
    this.retrySuccess = stats.counter(prefix, "upstream_rq_retry_success");
    this.timeout = stats.counter(prefix, "upstream_rq_timeout");
    this.total = stats.counter(prefix, "upstream_rq_total");
  }

  /** The time of a response; the histogram appears with the first. */
  void time(long millis) {
    if (time == null) {
      time = stats.histogram(prefix, "upstream_rq_time", Stats.HistogramUnit.MILLISECONDS);
    }
    time.record(millis);
  }
}
