package io.weir.proxy.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.NodeInfo.Locality;
import io.weir.filter.testkit.FakeWorker;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Endpoint;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFlag;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.HostStats;
import io.weir.proxy.cluster.LoadBalancer;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import io.weir.proxy.cluster.PriorityHosts;
import io.weir.proxy.cluster.PriorityLoad;
import io.weir.proxy.extension.Runtime;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BalancerTest {
  private final FakeWorker worker = new FakeWorker();
  private final ClusterStats stats = new ClusterStats(worker.stats(), "cluster.c.");
  private int nextPort = 1;

  private Host host(int weight, String zone, HostFlag... flags) {
    var address = new InetSocketAddress("127.0.0.1", nextPort++);
    Endpoint plain = Endpoint.of(address);
    var endpoint =
        new Endpoint(
            address,
            address,
            "",
            "",
            plain.metadata(),
            new Locality("", zone, ""),
            0,
            weight,
            plain.health(),
            true);
    var host = new Host(endpoint, "127.0.0.1:" + address.getPort(), 1, 0);
    for (HostFlag flag : flags) {
      host.set(flag, true);
    }
    return host;
  }

  private Host host(HostFlag... flags) {
    return host(1, "", flags);
  }

  private static PriorityHosts priority(Host... hosts) {
    return PriorityHosts.of(List.of(hosts), Map.of(), 140, false);
  }

  private static HostSets sets(double panic, PriorityHosts... priorities) {
    return new HostSets(List.of(priorities), panic);
  }

  private LoadBalancer open(LoadBalancerPolicy policy, HostSets sets) {
    LoadBalancer balancer = policy.open(worker, stats);
    balancer.update(sets, policy.prepare(sets));
    return balancer;
  }

  private static Map<String, Integer> choices(LoadBalancer balancer, int count) {
    var counts = new TreeMap<String, Integer>();
    for (int i = 0; i < count; i++) {
      Host host = balancer.choose(LoadBalancerContext.NONE);
      counts.merge(host == null ? "none" : host.addressText(), 1, Integer::sum);
    }
    return counts;
  }

  private static final LoadBalancerPolicy ROUND_ROBIN =
      new Policies.RoundRobinPolicy(SlowStart.NONE, PriorityBalancer.Settings.PLAIN);

  @Test
  void roundRobinTakesTurns() {
    LoadBalancer balancer = open(ROUND_ROBIN, sets(50, priority(host(), host(), host())));
    var first = new ArrayList<Host>();
    for (int i = 0; i < 3; i++) {
      first.add(balancer.choose(LoadBalancerContext.NONE));
    }
    assertThat(first).doesNotHaveDuplicates();
    for (int i = 0; i < 30; i++) {
      assertThat(balancer.choose(LoadBalancerContext.NONE)).isSameAs(first.get(i % 3));
    }
  }

  @Test
  void weightsAreKeptExactlyAndSpreadEvenly() {
    LoadBalancer balancer =
        open(ROUND_ROBIN, sets(50, priority(host(1, ""), host(3, ""), host(4, ""))));
    assertThat(choices(balancer, 80))
        .containsEntry("127.0.0.1:1", 10)
        .containsEntry("127.0.0.1:2", 30)
        .containsEntry("127.0.0.1:3", 40);
    assertThat(choices(balancer, 8))
        .containsEntry("127.0.0.1:1", 1)
        .containsEntry("127.0.0.1:2", 3)
        .containsEntry("127.0.0.1:3", 4);
  }

  @Test
  void leastRequestPrefersTheIdle() {
    Host busy = host();
    Host idle = host();
    for (int i = 0; i < 100; i++) {
      busy.stats().inc(0, HostStats.Kind.RQ_ACTIVE);
    }
    var settings = new LeastRequest.Settings(2, false, 1, "", SlowStart.NONE, Runtime.EMPTY);
    LoadBalancer balancer =
        open(
            new Policies.LeastRequestPolicy(settings, PriorityBalancer.Settings.PLAIN),
            sets(50, priority(busy, idle)));
    // The busy host is taken only when both random choices fall on it.
    assertThat(choices(balancer, 10_000).get("127.0.0.1:1")).isBetween(2_200, 2_800);
    var scan = new LeastRequest.Settings(2, true, 1, "", SlowStart.NONE, Runtime.EMPTY);
    LoadBalancer scanning =
        open(
            new Policies.LeastRequestPolicy(scan, PriorityBalancer.Settings.PLAIN),
            sets(50, priority(busy, idle)));
    assertThat(choices(scanning, 100)).containsOnlyKeys("127.0.0.1:2");
  }

  @Test
  void weightedLeastRequestDividesByRequests() {
    Host busy = host(2, "");
    Host idle = host(1, "");
    busy.stats().add(0, HostStats.Kind.RQ_ACTIVE, 3);
    var settings = new LeastRequest.Settings(2, false, 1, "", SlowStart.NONE, Runtime.EMPTY);
    LoadBalancer balancer =
        open(
            new Policies.LeastRequestPolicy(settings, PriorityBalancer.Settings.PLAIN),
            sets(50, priority(busy, idle)));
    // 2 / (3 + 1) to 1 / (0 + 1).
    assertThat(choices(balancer, 300)).containsEntry("127.0.0.1:1", 100);
  }

  @ParameterizedTest
  @CsvSource({
    // healthy of ten in priority 0 and 1; load of 0, load of 1
    "10, 10, 100, 0",
    "8, 10, 100, 0",
    "7, 10, 98, 2",
    "5, 10, 70, 30",
    "5, 0, 100, 0",
    "2, 10, 28, 72",
    "0, 10, 0, 100",
    "2, 2, 50, 50",
  })
  void loadSpillsWhenLessThan72PercentAreHealthy(int first, int second, int load0, int load1) {
    var sets = sets(0, tenWith(first), tenWith(second));
    assertThat(sets.load().healthy(0)).isEqualTo(load0);
    assertThat(sets.load().healthy(1)).isEqualTo(load1);
  }

  private PriorityHosts tenWith(int healthy) {
    var hosts = new Host[10];
    for (int i = 0; i < 10; i++) {
      hosts[i] = i < healthy ? host() : host(HostFlag.FAILED_ACTIVE_HC);
    }
    return priority(hosts);
  }

  @Test
  void degradedHostsTakeWhatHealthyOnesCannot() {
    PriorityLoad load = sets(50, priority(host(), host(HostFlag.DEGRADED_EDS_HEALTH))).load();
    assertThat(load.healthy(0)).isEqualTo(70);
    assertThat(load.degraded(0)).isEqualTo(30);
  }

  @Test
  void inPanicAllHostsServeByTheirNumber() {
    HostSets sets =
        sets(
            50,
            priority(host(HostFlag.FAILED_ACTIVE_HC), host(HostFlag.FAILED_ACTIVE_HC)),
            priority(
                host(HostFlag.FAILED_ACTIVE_HC),
                host(HostFlag.FAILED_ACTIVE_HC),
                host(HostFlag.FAILED_ACTIVE_HC)));
    assertThat(sets.load().panic(0)).isTrue();
    assertThat(sets.load().healthy(0)).isEqualTo(40);
    assertThat(sets.load().healthy(1)).isEqualTo(60);
    assertThat(choices(open(ROUND_ROBIN, sets), 1000)).hasSize(5);
  }

  @Test
  void aPanicThresholdOfZeroGivesNoHost() {
    LoadBalancer balancer = open(ROUND_ROBIN, sets(0, priority(host(HostFlag.FAILED_ACTIVE_HC))));
    assertThat(balancer.choose(LoadBalancerContext.NONE)).isNull();
  }

  @Test
  void localitiesShareByWeightAndAvailability() {
    var hosts =
        List.of(host(1, "a"), host(1, "a"), host(1, "b"), host(1, "b", HostFlag.FAILED_ACTIVE_HC));
    var weights = Map.of(new Locality("", "a", ""), 50, new Locality("", "b", ""), 50);
    var sets = sets(0, PriorityHosts.of(hosts, weights, 140, false));
    var policy =
        new Policies.RoundRobinPolicy(
            SlowStart.NONE, new PriorityBalancer.Settings(true, false, null));
    // b has 50 × min(1, 1.4 × 1/2) = 35.
    Map<String, Integer> counts = choices(open(policy, sets), 850);
    assertThat(counts.get("127.0.0.1:1") + counts.get("127.0.0.1:2")).isEqualTo(500);
    assertThat(counts).containsEntry("127.0.0.1:3", 350);
  }

  @Test
  void hostsInSlowStartGetLess() {
    var old = host();
    worker.advance(10_000);
    var address = new InetSocketAddress("127.0.0.1", 99);
    var young = new Host(Endpoint.of(address), "young", 1, worker.nanoTime());
    worker.advance(2_000);
    var slow = new SlowStart(10_000, 1, "", 10, Runtime.EMPTY);
    LoadBalancer balancer =
        open(
            new Policies.RoundRobinPolicy(slow, PriorityBalancer.Settings.PLAIN),
            sets(50, priority(old, young)));
    // A fifth of its window has passed.
    assertThat(choices(balancer, 600).get("young")).isBetween(95, 105);
  }

  @Test
  void boundedLoadLeavesAnOverloadedHost() {
    Host a = host();
    Host b = host();
    var ring = new RingTable.Settings(1024, 8 << 20, false, false);
    LoadBalancer balancer =
        open(new Policies.RingHashPolicy(ring, 120, false), sets(50, priority(a, b)));
    var context =
        new LoadBalancerContext() {
          @Override
          public Long hashKey() {
            return 1234L;
          }
        };
    Host first = balancer.choose(context);
    first.stats().add(0, HostStats.Kind.RQ_ACTIVE, 10);
    assertThat(balancer.choose(context)).isNotSameAs(first);
    first.stats().add(0, HostStats.Kind.RQ_ACTIVE, -10);
    assertThat(balancer.choose(context)).isSameAs(first);
  }

  @Test
  void theTwisterGivesTheKnownSequence() {
    var twister = new MersenneTwister(5489);
    long last = 0;
    for (int i = 0; i < 10_000; i++) {
      last = twister.next();
    }
    // The value that the C++ standard requires.
    assertThat(last).isEqualTo(4_123_659_995L);
  }
}
