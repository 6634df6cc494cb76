package io.weir.proxy.loadbalancer;

import io.weir.filter.Worker;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostStats;
import io.weir.proxy.extension.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * With equal weights the host with the fewest requests among some chosen at random; with unequal
 * weights by earliest deadline, a host's weight divided by its requests.
 */
final class LeastRequest implements HostPicker {
  /** Settings. */
  record Settings(
      int choices,
      boolean fullScan,
      double bias,
      String biasKey,
      SlowStart slowStart,
      Runtime runtime) {}

  private final Host[] hosts;
  private final @Nullable EdfSchedule schedule;
  private final Settings settings;
  private final Worker worker;

  private LeastRequest(
      Host[] hosts, @Nullable EdfSchedule schedule, Settings settings, Worker worker) {
    this.hosts = hosts;
    this.schedule = schedule;
    this.settings = settings;
    this.worker = worker;
  }

  static HostPicker.Factory factory(Worker worker, Settings settings) {
    return (hosts, _) -> {
      if (Weights.equal(hosts) && !settings.slowStart.applies(hosts, worker)) {
        return new LeastRequest(hosts, null, settings, worker);
      }
      var schedule = new EdfSchedule(hosts.length, i -> weight(hosts[i], settings, worker));
      for (int skip = hosts.length == 0 ? 0 : worker.random().nextInt(hosts.length);
          skip > 0;
          skip--) {
        schedule.pick();
      }
      return new LeastRequest(hosts, schedule, settings, worker);
    };
  }

  private static double weight(Host host, Settings settings, Worker worker) {
    double bias = Math.max(0, settings.runtime.number(settings.biasKey, settings.bias));
    double active = active(host) + 1.0;
    double divisor = bias == 1 ? active : bias == 0 ? 1 : Math.pow(active, bias);
    return settings.slowStart.weight(host, host.weight() / divisor, worker);
  }

  @Override
  public @Nullable Host pick() {
    if (hosts.length == 0) {
      return null;
    }
    if (schedule != null) {
      return hosts[schedule.pick()];
    }
    return settings.fullScan ? scan() : choose();
  }

  private Host choose() {
    Host best = hosts[worker.random().nextInt(hosts.length)];
    long least = active(best);
    for (int i = 1; i < settings.choices; i++) {
      Host other = hosts[worker.random().nextInt(hosts.length)];
      long requests = active(other);
      if (requests < least) {
        best = other;
        least = requests;
      }
    }
    return best;
  }

  /** The least of all; among equals one at random, each with the same chance. */
  private Host scan() {
    Host best = hosts[0];
    long least = active(best);
    int equals = 1;
    for (int i = 1; i < hosts.length; i++) {
      long requests = active(hosts[i]);
      if (requests < least) {
        best = hosts[i];
        least = requests;
        equals = 1;
      } else if (requests == least && worker.random().nextInt(++equals) == 0) {
        best = hosts[i];
      }
    }
    return best;
  }

  private static long active(Host host) {
    return host.stats().value(HostStats.Kind.RQ_ACTIVE);
  }
}
