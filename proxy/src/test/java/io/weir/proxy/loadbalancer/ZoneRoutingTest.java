package io.weir.proxy.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.filter.NodeInfo.Locality;
import io.weir.filter.testkit.FakeWorker;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Endpoint;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.LoadBalancer;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import io.weir.proxy.cluster.LocalZone;
import io.weir.proxy.cluster.PriorityHosts;
import io.weir.proxy.extension.Runtime;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shares of zones, as a stock Envoy 1.40 in zone a distributed with the same hosts. */
final class ZoneRoutingTest {
  private final FakeWorker worker = new FakeWorker();
  private int port = 1;

  private PriorityHosts hosts(String zones) {
    var hosts = new ArrayList<Host>();
    for (String zone : zones.split("")) {
      Endpoint plain = Endpoint.of(new InetSocketAddress("127.0.0.1", port++));
      hosts.add(
          new Host(
              new Endpoint(
                  plain.address(),
                  plain.address(),
                  "",
                  "",
                  plain.metadata(),
                  new Locality("", zone, ""),
                  0,
                  1,
                  plain.health(),
                  true),
              zone,
              1,
              0));
    }
    return PriorityHosts.of(hosts, Map.of(), 140, false);
  }

  @ParameterizedTest
  @CsvSource({
    // upstream, proxies, force, shares of a, b, c
    "abb,  ab,    0, 0.667, 0.333, 0",
    "aab,  ab,    0, 1,     0,     0",
    "abb,  a,     0, 0.333, 0.667, 0",
    "abb,  b,     0, 0.333, 0.667, 0",
    "aaa,  ab,    0, 1,     0,     0",
    "abc,  ab,    0, 0.667, 0,     0.333",
    "abb,  abc,   0, 1,     0,     0",
    "abb,  aaab,  0, 0.444, 0.556, 0",
    "abc,  aaabc, 0, 0.556, 0.222, 0.222",
    "dbb,  ab,    0, 0,     0.333, 0",
    "abbb, ab,    1, 1,     0,     0",
    "abbb, ab,    2, 0.5,   0.5,   0",
  })
  void traffic(String upstream, String proxies, int force, double a, double b, double c) {
    var zone = new LocalZone();
    zone.configure(new Locality("", "a", ""), "proxies");
    zone.update(new HostSets(List.of(hosts(proxies)), 50));
    LoadBalancerPolicy policy =
        new Policies.RoundRobinPolicy(
            SlowStart.NONE,
            new PriorityBalancer.Settings(
                false, false, new ZoneAware(100, 2, force, false, zone, Runtime.EMPTY)));
    LoadBalancer balancer = policy.open(worker, new ClusterStats(worker.stats(), "cluster.c."));
    balancer.update(new HostSets(List.of(hosts(upstream)), 50), null);
    var counts = new TreeMap<String, Integer>();
    for (int i = 0; i < 20_000; i++) {
      Host host = balancer.choose(LoadBalancerContext.NONE);
      counts.merge(host == null ? "none" : host.locality().zone(), 1, Integer::sum);
    }
    assertThat(counts.getOrDefault("a", 0) / 20_000.0).isCloseTo(a, within(0.015));
    assertThat(counts.getOrDefault("b", 0) / 20_000.0).isCloseTo(b, within(0.015));
    assertThat(counts.getOrDefault("c", 0) / 20_000.0).isCloseTo(c, within(0.015));
  }
}
