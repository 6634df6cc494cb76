package io.weir.proxy.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.testkit.FakeWorker;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Endpoint;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFeedback;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.HostStats;
import io.weir.proxy.cluster.LoadBalancer;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import io.weir.proxy.cluster.PriorityHosts;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies that learn from answers: peak EWMA, and weights that hosts report. */
final class LearningBalancerTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1000 * MILLI;
  private static final PeakEwma.Settings LATENCY =
      new PeakEwma.Settings(10.0 * SECOND, 30.0 * MILLI, MILLI, 5.0 * SECOND, 300.0 * SECOND);
  private static final LoadBalancerPolicy PEAK =
      new PeakEwma.Policy(LATENCY, PriorityBalancer.Settings.PLAIN);
  private static final LoadBalancerPolicy REPORTED =
      new ReportedWeights.Policy(
          new ReportedWeight.Settings(10 * SECOND, 180 * SECOND, SECOND, 1, List.of()),
          PriorityBalancer.Settings.PLAIN);

  private final FakeWorker worker = new FakeWorker();
  private final List<Host> hosts = new ArrayList<>();

  private LoadBalancer open(LoadBalancerPolicy policy, int count) {
    for (int i = 1; i <= count; i++) {
      var host =
          new Host(Endpoint.of(new InetSocketAddress("127.0.0.1", i)), "127.0.0.1:" + i, 1, now());
      host.setFeedback(policy.feedback(1, now()));
      hosts.add(host);
    }
    var sets = new HostSets(List.of(PriorityHosts.of(hosts, Map.of(), 140, false)), 50);
    LoadBalancer balancer = policy.open(worker, new ClusterStats(worker.stats(), "cluster.c."));
    balancer.update(sets, null);
    return balancer;
  }

  private long now() {
    return worker.nanoTime();
  }

  private HostFeedback feedback(int host) {
    HostFeedback feedback = hosts.get(host).feedback();
    assertThat(feedback).isNotNull();
    return feedback;
  }

  private void answer(int host, long millis, int status, String... headers) {
    feedback(host).onHeaders(0, now(), millis * MILLI, status, -1, headers(headers));
  }

  private static HeaderMap headers(String... pairs) {
    HeaderMap map = new HeaderMap();
    for (int i = 0; i < pairs.length; i += 2) {
      map.add(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  private double share(LoadBalancer balancer, int host) {
    int count = 0;
    for (int i = 0; i < 2000; i++) {
      if (balancer.choose(LoadBalancerContext.NONE) == hosts.get(host)) {
        count++;
      }
    }
    return count / 2000.0;
  }

  @Test
  void theFasterOfTwoIsTaken() {
    LoadBalancer balancer = open(PEAK, 2);
    answer(0, 5, 200);
    answer(1, 50, 200);
    assertThat(share(balancer, 0)).isEqualTo(1);
  }

  @Test
  void aBusyFastHostLosesAgainstAnIdleSlowerOne() {
    LoadBalancer balancer = open(PEAK, 2);
    answer(0, 50, 200);
    answer(1, 100, 200);
    worker.advance(60_000);
    answer(0, 50, 200);
    answer(1, 100, 200);
    hosts.get(0).stats().add(0, HostStats.Kind.RQ_ACTIVE, 5);
    assertThat(share(balancer, 1)).isEqualTo(1);
  }

  @Test
  void aPeakIsBelievedAtOnceAndForgottenSlowly() {
    open(PEAK, 1);
    var estimate = (LatencyEstimate) feedback(0);
    answer(0, 100, 200);
    assertThat(estimate.at(0, now())).isEqualTo(100.0 * MILLI);
    answer(0, 900, 200);
    assertThat(estimate.at(0, now())).isEqualTo(900.0 * MILLI);
    worker.advance(10_000);
    assertThat(estimate.at(0, now())).isCloseTo(900 * MILLI / Math.E, within(MILLI * 1.0));
    answer(0, 10, 200);
    assertThat(estimate.at(0, now()))
        .isCloseTo(900 * MILLI / Math.E + 10 * MILLI * (1 - 1 / Math.E), within(MILLI * 1.0));
  }

  @ParameterizedTest
  @CsvSource({
    "503, '', '', 5000",
    "429, retry-after, 7, 7000",
    "503, retry-after, 100000, 300000",
    "503, grpc-retry-pushback-ms, 250, 250",
    "500, retry-after, soon, 5000",
    "404, retry-after, 7, 100",
  })
  void aRefusalCountsAsASlowAnswer(int status, String name, String value, long millis) {
    open(PEAK, 1);
    if (name.isEmpty()) {
      answer(0, 100, status);
    } else {
      answer(0, 100, status, name, value);
    }
    assertThat(((LatencyEstimate) feedback(0)).at(0, now())).isEqualTo((double) millis * MILLI);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 100",
    "5, 100",
    "8, 5000",
    "14, 5000",
    "2, 5000",
    "4, 5000",
    "13, 5000",
    "15, 5000"
  })
  void grpcTrailersTellOfFailureToo(int status, long millis) {
    open(PEAK, 1);
    answer(0, 100, 200);
    feedback(0).onTrailers(0, now(), status, headers());
    assertThat(((LatencyEstimate) feedback(0)).at(0, now())).isEqualTo((double) millis * MILLI);
  }

  @Test
  void aHostThatFailedIsTriedAgainInTime() {
    LoadBalancer balancer = open(PEAK, 2);
    answer(0, 20, 200);
    feedback(1).onFailure(0, now(), 0);
    assertThat(share(balancer, 1)).isZero();
    for (int i = 0; i < 60; i++) {
      worker.advance(1000);
      answer(0, 20, 200);
    }
    assertThat(share(balancer, 1)).isEqualTo(1);
  }

  @Test
  void reportedWeightsShareOutTraffic() {
    LoadBalancer balancer = open(REPORTED, 3);
    answer(0, 1, 200, "endpoint-load-metrics", "TEXT rps_fractional=100,cpu_utilization=0.2");
    answer(
        1,
        1,
        200,
        "endpoint-load-metrics",
        "JSON {\"rps_fractional\": 100, \"cpu_utilization\": 0.4}");
    assertThat(share(balancer, 0)).isCloseTo(1 / 3.0, within(0.01));
    worker.advance(11_000);
    answer(0, 1, 200, "endpoint-load-metrics", "TEXT rps_fractional=100,cpu_utilization=0.2");
    answer(1, 1, 200, "endpoint-load-metrics", "TEXT rps_fractional=100,cpu_utilization=0.4");
    // 500, 250, and the median of the two for the third.
    assertThat(share(balancer, 0)).isCloseTo(0.4, within(0.01));
    assertThat(share(balancer, 1)).isCloseTo(0.2, within(0.01));
    worker.advance(200_000);
    assertThat(share(balancer, 0)).isCloseTo(1 / 3.0, within(0.01));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          TEXT cpu_utilization=0.5,rps_fractional=10            | cpu_utilization     | 0.5
          TEXT cpu_utilization=0.5, named_metrics.q=3           | named_metrics.q     | 3
          JSON {"application_utilization":1.5,"eps":2}          | application_utilization | 1.5
          JSON {"named_metrics":{"q":0.25},"eps":1e1}           | named_metrics.q     | 0.25
          JSON {"named_metrics":{"q":0.25},"eps":1e1}           | eps                 | 10
          BIN CQAAAAAAAOA/                                      | cpu_utilization     | 0.5
          """)
  void reportsAreReadInEveryForm(String text, String metric, double value) {
    LoadReport report = LoadReport.read(headers("endpoint-load-metrics", text));
    assertThat(report).isNotNull();
    assertThat(report.metric(metric)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          TEXT cpu_utilization=high
          BIN !!!
          BIN CQAA
          BIN Qv////8P
          NONE a=1
          """)
  void brokenReportsAreNone(String text) {
    assertThat(LoadReport.read(headers("endpoint-load-metrics", text))).isNull();
  }
}
