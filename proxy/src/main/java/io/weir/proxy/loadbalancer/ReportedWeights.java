package io.weir.proxy.loadbalancer;

import io.weir.filter.Worker;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFeedback;
import io.weir.proxy.cluster.LoadBalancer;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code client_side_weighted_round_robin}: round robin by the weights that hosts report. A host
 * without a usable report weighs as the median of the others. Belongs to one worker.
 */
final class ReportedWeights implements HostPicker {
  private final Host[] hosts;
  private final double[] weights;
  private final EdfSchedule schedule;
  private final long updateNanos;
  private final Worker worker;
  private long updated;

  private ReportedWeights(Host[] hosts, long updateNanos, Worker worker) {
    this.hosts = hosts;
    this.weights = new double[hosts.length];
    this.updateNanos = updateNanos;
    this.worker = worker;
    update(worker.nanoTime());
    this.schedule = new EdfSchedule(hosts.length, i -> weights[i]);
    for (int skip = hosts.length == 0 ? 0 : worker.random().nextInt(hosts.length);
        skip > 0;
        skip--) {
      schedule.pick();
    }
  }

  static HostPicker.Factory factory(Worker worker, ReportedWeight.Settings settings) {
    return (hosts, _) -> new ReportedWeights(hosts, settings.updateNanos(), worker);
  }

  @Override
  public @Nullable Host pick() {
    if (hosts.length == 0) {
      return null;
    }
    long now = worker.nanoTime();
    if (now - updated >= updateNanos) {
      update(now);
    }
    return hosts[schedule.pick()];
  }

  private void update(long now) {
    updated = now;
    int known = 0;
    double[] reported = new double[hosts.length];
    for (int i = 0; i < hosts.length; i++) {
      weights[i] = hosts[i].feedback() instanceof ReportedWeight weight ? weight.at(now) : 0;
      if (weights[i] > 0) {
        reported[known++] = weights[i];
      }
    }
    Arrays.sort(reported, 0, known);
    double median = known == 0 ? 1 : reported[known / 2];
    for (int i = 0; i < hosts.length; i++) {
      if (weights[i] == 0) {
        weights[i] = median;
      }
    }
  }

  /** The policy. */
  record Policy(ReportedWeight.Settings reports, PriorityBalancer.Settings settings)
      implements LoadBalancerPolicy {
    @Override
    public String name() {
      return settings.localityWeighted()
          ? "envoy.load_balancing_policies.wrr_locality"
          : "envoy.load_balancing_policies.client_side_weighted_round_robin";
    }

    @Override
    public LoadBalancer open(Worker worker, ClusterStats stats) {
      return new PriorityBalancer(worker, stats, factory(worker, reports), settings);
    }

    @Override
    public HostFeedback feedback(int workers, long now) {
      return new ReportedWeight(reports);
    }
  }
}
