package io.weir.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Upstreams that fail, over real sockets: nothing fails that another host could serve. */
final class UpstreamFaultsTest {
  private static final String FRAME =
      """
      static_resources:
        listeners:
        - name: l
          address: {socket_address: {address: 127.0.0.1, port_value: 0}}
          filter_chains:
          - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: i
                route_config: {name: r, virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: "/"}, route: {cluster: c, retry_policy: %s}}]}]}
                http_filters:
                - name: envoy.filters.http.router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        clusters:
      %s
      """;
  private static final String RETRY =
      "{retry_on: \"connect-failure,reset\", num_retries: 5, retry_back_off: {base_interval:"
          + " 0.001s}, host_selection_retry_max_attempts: 5, retry_host_predicate: [{name: p,"
          + " typed_config: {\"@type\":"
          + " type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate}}]}";

  @TempDir Path folder;

  private static String endpoint(int port) {
    return "{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: "
        + port
        + "}}}}";
  }

  private static String cluster(String rest, int... ports) {
    var endpoints = new ArrayList<String>();
    for (int port : ports) {
      endpoints.add(endpoint(port));
    }
    return "  - {name: c, connect_timeout: 1s, type: STATIC, load_assignment: {cluster_name: c,"
        + " endpoints: [{lb_endpoints: ["
        + String.join(", ", endpoints)
        + "]}]}"
        + rest
        + "}\n";
  }

  private static Map<String, Integer> ask(LiveProxy proxy, int times) throws Exception {
    var answers = new TreeMap<String, Integer>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < times; i++) {
        answers.merge(get(client, proxy.port("l")), 1, Integer::sum);
      }
    }
    return answers;
  }

  private static String get(HttpClient client, int port) throws Exception {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(),
            HttpResponse.BodyHandlers.ofString());
    return response.statusCode() == 200 ? response.body() : "" + response.statusCode();
  }

  @Test
  void deadClosingAndResettingHostsAreTriedOnce() throws Exception {
    try (var good = new Origins("good", Origins.Manner.GOOD);
        var closing = new Origins("closing", Origins.Manner.CLOSING);
        var resetting = new Origins("resetting", Origins.Manner.RESETTING);
        var dead = new Origins("dead", Origins.Manner.GOOD)) {
      int deadPort = dead.port();
      dead.close();
      String clusters = cluster("", good.port(), closing.port(), resetting.port(), deadPort);
      try (var proxy = LiveProxy.start(folder, FRAME.formatted(RETRY, clusters))) {
        assertThat(ask(proxy, 100)).containsOnlyKeys("good");
      }
      assertThat(closing.requests.get()).isPositive();
      assertThat(resetting.requests.get()).isPositive();
    }
  }

  @Test
  void endpointsMayComeAndGoAHundredTimesASecond() throws Exception {
    try (var a = new Origins("a", Origins.Manner.GOOD);
        var b = new Origins("b", Origins.Manner.GOOD);
        var c = new Origins("c", Origins.Manner.GOOD)) {
      int[] ports = {a.port(), b.port(), c.port()};
      Path file = folder.resolve("eds.json");
      write(file, 0, ports);
      String clusters =
          "  - {name: c, connect_timeout: 1s, type: EDS, eds_cluster_config: {service_name: s,"
              + " eds_config: {resource_api_version: V3, path_config_source: {path: \""
              + file
              + "\"}}}}\n";
      var stop = new AtomicBoolean();
      var updates = new AtomicInteger();
      try (var proxy = LiveProxy.start(folder, FRAME.formatted("{}", clusters))) {
        Thread churn =
            Thread.ofPlatform()
                .start(
                    () -> {
                      while (!stop.get()) {
                        write(file, updates.incrementAndGet(), ports);
                        LockSupport.parkNanos(10_000_000);
                      }
                    });
        Map<String, Integer> answers = load(proxy, 4, 2_000);
        stop.set(true);
        churn.join();
        assertThat(answers).containsOnlyKeys("a", "b", "c");
        assertThat(updates.get()).isGreaterThan(20);
        assertThat(answers.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(8_000);
      }
    }
  }

  /** Two of the three, others each time. */
  private static void write(Path file, int turn, int[] ports) {
    try {
      Path fresh = file.resolveSibling("fresh");
      Files.writeString(
          fresh,
          """
          {"version_info": "%d", "resources": [{"@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
            "cluster_name": "s", "endpoints": [{"lb_endpoints": [%s, %s]}]}]}
          """
              .formatted(turn, json(ports[turn % 3]), json(ports[(turn + 1) % 3])));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String json(int port) {
    return "{\"endpoint\": {\"address\": {\"socket_address\": {\"address\": \"127.0.0.1\", \"port_value\": "
        + port
        + "}}}}";
  }

  private static Map<String, Integer> load(LiveProxy proxy, int clients, int each)
      throws Exception {
    int port = proxy.port("l");
    var answers = new TreeMap<String, Integer>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < clients; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (HttpClient client = HttpClient.newHttpClient()) {
                      for (int n = 0; n < each; n++) {
                        String answer = get(client, port);
                        synchronized (answers) {
                          answers.merge(answer, 1, Integer::sum);
                        }
                      }
                    } catch (Exception e) {
                      synchronized (answers) {
                        answers.merge(e.toString(), 1, Integer::sum);
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return answers;
  }

  @Test
  void peakEwmaLearnsWhoIsSlow() throws Exception {
    try (var fast = new Origins("fast", Origins.Manner.GOOD);
        var slow = new Origins("slow", Origins.Manner.SLOW)) {
      String policy =
          ", load_balancing_policy: {policies: [{typed_extension_config: {name: weir.lb.peak_ewma,"
              + " typed_config: {\"@type\": type.googleapis.com/xds.type.v3.TypedStruct, type_url:"
              + " type.googleapis.com/weir.lb.v1.PeakEwma, value: {decay: 10s}}}}]}";
      String clusters = cluster(policy, fast.port(), slow.port());
      try (var proxy = LiveProxy.start(folder, FRAME.formatted("{}", clusters))) {
        Map<String, Integer> answers = ask(proxy, 200);
        assertThat(answers.get("fast")).isGreaterThan(180);
      }
    }
  }

  @Test
  void anAggregateGoesOnWithItsSecondCluster() throws Exception {
    try (var good = new Origins("good", Origins.Manner.GOOD);
        var dead = new Origins("dead", Origins.Manner.GOOD)) {
      String clusters =
          """
            - name: c
              connect_timeout: 1s
              lb_policy: CLUSTER_PROVIDED
              cluster_type: {name: envoy.clusters.aggregate, typed_config: {"@type": type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig, clusters: [first, absent, second]}}
            - {name: first, connect_timeout: 1s, load_assignment: {cluster_name: first, endpoints: [{lb_endpoints: [{health_status: UNHEALTHY, endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}}
            - {name: second, connect_timeout: 1s, load_assignment: {cluster_name: second, endpoints: [{lb_endpoints: [%s]}]}}
          """
              .formatted(dead.port(), endpoint(good.port()));
      try (var proxy = LiveProxy.start(folder, FRAME.formatted("{}", clusters))) {
        assertThat(ask(proxy, 20)).isEqualTo(Map.of("good", 20));
      }
    }
  }

  @Test
  void withoutRetriesTheFaultIsTold() throws Exception {
    try (var closing = new Origins("closing", Origins.Manner.CLOSING)) {
      try (var proxy =
          LiveProxy.start(folder, FRAME.formatted("{}", cluster("", closing.port())))) {
        assertThat(ask(proxy, 3)).isEqualTo(Map.of("503", 3));
      }
      assertThat(List.of(closing.requests.get())).containsExactly(3);
    }
  }
}
