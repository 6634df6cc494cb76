package io.weir.proxy.loadbalancer;

import com.sun.management.ThreadMXBean;
import io.weir.filter.testkit.FakeWorker;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Endpoint;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.LoadBalancer;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import io.weir.proxy.cluster.PriorityHosts;
import io.weir.proxy.extension.Runtime;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What choosing one of twenty hosts costs, by policy: bytes of garbage and nanoseconds. {@code
 * main} prints both; the test looks at the garbage.
 */
final class ChoosingCost {
  private static final int HOSTS = 20;
  private static final int WARM_UP = 300_000;
  private static final int CHOICES = 1_000_000;
  private static final int UPDATES = 200;
  private static final Long KEY = 0x1234_5678_9abc_def0L;
  private static final LoadBalancerContext CONTEXT =
      new LoadBalancerContext() {
        @Override
        public Long hashKey() {
          return KEY;
        }
      };

  private ChoosingCost() {}

  /** The cost of one choice, and of taking over changed hosts. */
  record Cost(double bytes, double nanos, double updateMicros) {}

  /** The policies to look at, with equal and with unequal weights where that matters. */
  static Map<String, LoadBalancerPolicy> policies() {
    var plain = PriorityBalancer.Settings.PLAIN;
    var least = new LeastRequest.Settings(2, false, 1, "", SlowStart.NONE, Runtime.EMPTY);
    var policies = new LinkedHashMap<String, LoadBalancerPolicy>();
    policies.put("round_robin", new Policies.RoundRobinPolicy(SlowStart.NONE, plain));
    policies.put("least_request", new Policies.LeastRequestPolicy(least, plain));
    policies.put("random", new Policies.RandomPolicy(plain));
    policies.put(
        "ring_hash",
        new Policies.RingHashPolicy(new RingTable.Settings(1024, 8 << 20, false, false), 0, false));
    policies.put(
        "maglev", new Policies.MaglevPolicy(new MaglevTable.Settings(65_537, false), 0, false));
    policies.put(
        "peak_ewma", new PeakEwma.Policy(new PeakEwma.Settings(1e10, 3e7, 1e6, 5e9, 3e11), plain));
    return policies;
  }

  static Cost measure(LoadBalancerPolicy policy, boolean weighted) {
    var worker = new FakeWorker();
    var hosts = new ArrayList<Host>();
    for (int i = 0; i < HOSTS; i++) {
      var address = new InetSocketAddress("127.0.0.1", i + 1);
      Endpoint plain = Endpoint.of(address);
      var endpoint =
          new Endpoint(
              address,
              address,
              "",
              "",
              plain.metadata(),
              plain.locality(),
              0,
              weighted ? i + 1 : 1,
              plain.health(),
              true);
      var host = new Host(endpoint, address.toString(), 1, 0);
      host.setFeedback(policy.feedback(1, 0));
      hosts.add(host);
    }
    var sets = new HostSets(List.of(PriorityHosts.of(hosts, Map.of(), 140, false)), 50);
    LoadBalancer balancer = policy.open(worker, new ClusterStats(worker.stats(), "cluster.c."));
    balancer.update(sets, policy.prepare(sets));
    choose(balancer, WARM_UP);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = threads.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    choose(balancer, CHOICES);
    long nanos = System.nanoTime() - start;
    double garbage = (double) (threads.getCurrentThreadAllocatedBytes() - bytes) / CHOICES;
    return new Cost(garbage, (double) nanos / CHOICES, updates(balancer, policy, hosts));
  }

  /** Sorting the hosts, what the policy makes of them, and one worker's taking over. */
  private static double updates(
      LoadBalancer balancer, LoadBalancerPolicy policy, List<Host> hosts) {
    long start = System.nanoTime();
    for (int i = 0; i < UPDATES; i++) {
      var sets = new HostSets(List.of(PriorityHosts.of(hosts, Map.of(), 140, false)), 50);
      balancer.update(sets, policy.prepare(sets));
    }
    return (System.nanoTime() - start) / 1000.0 / UPDATES;
  }

  private static void choose(LoadBalancer balancer, int times) {
    int found = 0;
    for (int i = 0; i < times; i++) {
      found += balancer.choose(CONTEXT) == null ? 0 : 1;
    }
    if (found != times) {
      throw new IllegalStateException("no host");
    }
  }

  public static void main(String[] args) {
    policies()
        .forEach(
            (name, policy) -> {
              for (boolean weighted : new boolean[] {false, true}) {
                Cost cost = measure(policy, weighted);
                System.out.printf(
                    "%-14s %-8s choice %6.1f ns %6.2f B, update %8.1f us%n",
                    name,
                    weighted ? "weighted" : "equal",
                    cost.nanos,
                    cost.bytes,
                    cost.updateMicros);
              }
            });
  }
}
