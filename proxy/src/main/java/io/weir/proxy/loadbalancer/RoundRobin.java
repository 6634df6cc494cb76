package io.weir.proxy.loadbalancer;

import io.weir.filter.Worker;
import io.weir.proxy.cluster.Host;
import org.jspecify.annotations.Nullable;

/**
 * One host after the other from a random start; with unequal weights, or hosts in slow start, by
 * earliest deadline.
 */
final class RoundRobin implements HostPicker {
  private final Host[] hosts;
  private final @Nullable EdfSchedule schedule;
  private int next;

  private RoundRobin(Host[] hosts, @Nullable EdfSchedule schedule, int next) {
    this.hosts = hosts;
    this.schedule = schedule;
    this.next = next;
  }

  static HostPicker.Factory factory(Worker worker, SlowStart slowStart) {
    return (hosts, previous) -> {
      int start = previous instanceof RoundRobin old ? old.next : worker.random().nextInt() >>> 1;
      if (Weights.equal(hosts) && !slowStart.applies(hosts, worker)) {
        return new RoundRobin(hosts, null, start);
      }
      var schedule =
          new EdfSchedule(hosts.length, i -> slowStart.weight(hosts[i], hosts[i].weight(), worker));
      // Workers and restarts must not all begin with the same host.
      for (int skip = hosts.length == 0 ? 0 : start % hosts.length; skip > 0; skip--) {
        schedule.pick();
      }
      return new RoundRobin(hosts, schedule, start);
    };
  }

  @Override
  public @Nullable Host pick() {
    if (hosts.length == 0) {
      return null;
    }
    if (schedule != null) {
      return hosts[schedule.pick()];
    }
    int index = (next & Integer.MAX_VALUE) % hosts.length;
    next++;
    return hosts[index];
  }
}
