package io.weir.proxy.loadbalancer;

import io.weir.filter.Worker;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFeedback;
import io.weir.proxy.cluster.HostStats;
import io.weir.proxy.cluster.LoadBalancer;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import org.jspecify.annotations.Nullable;

/**
 * {@code weir.lb.peak_ewma}: of two hosts chosen at random the one whose estimated latency times
 * its requests, over its weight, is less. Belongs to one worker.
 */
final class PeakEwma implements HostPicker {
  /**
   * Settings, nanoseconds.
   *
   * @param decayNanos in what time an old sample loses two thirds of its influence
   * @param defaultNanos the estimate of a host that was never asked
   * @param floorNanos estimates below do not differ
   * @param penaltyNanos what a failure counts at least, 0 to take it like any answer
   * @param maxPenaltyNanos the most that a host may ask for with {@code retry-after}
   */
  record Settings(
      double decayNanos,
      double defaultNanos,
      double floorNanos,
      double penaltyNanos,
      double maxPenaltyNanos) {}

  private final Host[] hosts;
  private final Worker worker;

  private PeakEwma(Host[] hosts, Worker worker) {
    this.hosts = hosts;
    this.worker = worker;
  }

  static HostPicker.Factory factory(Worker worker) {
    return (hosts, _) -> new PeakEwma(hosts, worker);
  }

  @Override
  public @Nullable Host pick() {
    if (hosts.length < 2) {
      return hosts.length == 0 ? null : hosts[0];
    }
    int first = worker.random().nextInt(hosts.length);
    int second = worker.random().nextInt(hosts.length - 1);
    Host one = hosts[first];
    Host other = hosts[second < first ? second : second + 1];
    long now = worker.nanoTime();
    return cost(other, now) < cost(one, now) ? other : one;
  }

  private double cost(Host host, long now) {
    double latency =
        host.feedback() instanceof LatencyEstimate estimate ? estimate.at(worker.index(), now) : 1;
    return latency * (host.stats().value(HostStats.Kind.RQ_ACTIVE) + 1) / host.weight();
  }

  /** The policy. */
  record Policy(Settings latency, PriorityBalancer.Settings settings)
      implements LoadBalancerPolicy {
    @Override
    public String name() {
      return "weir.lb.peak_ewma";
    }

    @Override
    public LoadBalancer open(Worker worker, ClusterStats stats) {
      return new PriorityBalancer(worker, stats, factory(worker), settings);
    }

    @Override
    public HostFeedback feedback(int workers, long now) {
      return new LatencyEstimate(latency, workers, now);
    }
  }
}
