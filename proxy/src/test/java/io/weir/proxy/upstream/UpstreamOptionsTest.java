package io.weir.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of clusters, seen from the sockets of upstreams. */
final class UpstreamOptionsTest {
  private static final String FRAME =
      """
      admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
      %s
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
                route_config: {name: r, virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: "/"}, route: {cluster: c}}]}]}
                http_filters:
                - name: envoy.filters.http.router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        clusters:
        - name: c
          connect_timeout: 2s
          load_assignment: {cluster_name: c, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: %s, port_value: %s}}%s}}]}]}
          %s
      """;
  private static final String CARES =
      "typed_dns_resolver_config: {name: envoy.network.dns_resolver.cares, typed_config: {\"@type\":"
          + " type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig,"
          + " resolvers: [{socket_address: {address: 127.0.0.1, port_value: %d}}]}}";

  @TempDir Path folder;

  /** Answers every connection's first request, and keeps who asked. */
  private static final class Origin implements AutoCloseable {
    private final ServerSocket server;
    private final BlockingQueue<Socket> seen = new LinkedBlockingQueue<>();

    Origin() throws IOException {
      server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
      Thread.ofVirtual().start(this::run);
    }

    private void run() {
      try {
        while (true) {
          Socket socket = server.accept();
          seen.add(socket);
          Thread.ofVirtual().start(() -> answer(socket));
        }
      } catch (IOException _) {
        // Closed with the test.
      }
    }

    private static void answer(Socket socket) {
      try {
        socket.getInputStream().read(new byte[4096]);
        socket
            .getOutputStream()
            .write(
                "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"
                    .getBytes(StandardCharsets.US_ASCII));
      } catch (IOException _) {
        // The client is gone.
      }
    }

    String peer() throws InterruptedException {
      return seen.poll(20, TimeUnit.SECONDS).getInetAddress().getHostAddress();
    }

    int port() {
      return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private static int ask(LiveProxy proxy) throws IOException {
    var url = URI.create("http://127.0.0.1:" + proxy.port("l") + "/").toURL();
    return ((HttpURLConnection) url.openConnection()).getResponseCode();
  }

  private static int deadPort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{source_address: {address: 127.0.0.3, port_value: 0}} | 127.0.0.3",
        "{source_address: {address: '::1', port_value: 0}, extra_source_addresses: [{address: {address: 127.0.0.4, port_value: 0}}]} | 127.0.0.4",
        "{source_address: {address: 127.0.0.5, port_value: 0}, freebind: true, socket_options: [{level: 1, name: 8, buf_value: AAABAA==, state: STATE_PREBIND}]} | 127.0.0.5",
      })
  void connectionsComeFromTheSourceOfTheirVersion(String bind, String expected) throws Exception {
    try (var origin = new Origin();
        var proxy =
            LiveProxy.start(
                folder,
                FRAME.formatted(
                    "", "127.0.0.1", origin.port(), "", "upstream_bind_config: " + bind))) {
      assertThat(ask(proxy)).isEqualTo(200);
      assertThat(origin.peer()).isEqualTo(expected);
    }
  }

  @Test
  void otherAddressesOfAHostAreTriedWhenTheFirstIsDead() throws Exception {
    try (var origin = new Origin();
        var proxy =
            LiveProxy.start(
                folder,
                FRAME.formatted(
                    "",
                    "127.0.0.1",
                    deadPort(),
                    ", additional_addresses: [{address: {socket_address: {address: 127.0.0.1,"
                        + " port_value: "
                        + origin.port()
                        + "}}}]",
                    ""))) {
      assertThat(ask(proxy)).isEqualTo(200);
      String stats = proxy.admin("/stats?filter=cluster.c.upstream_cx_");
      assertThat(stats)
          .contains("cluster.c.upstream_cx_total: 2\n")
          .contains("cluster.c.upstream_cx_connect_fail: 0\n")
          .contains("cluster.c.upstream_cx_active: 1\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"1.5, 3", "1, 1"})
  void connectionsAreMadeToHostsThatWillBeNext(String ratio, int connections) throws Exception {
    try (var first = new Origin();
        var second = new Origin();
        var third = new Origin();
        var proxy =
            LiveProxy.start(
                folder,
                FRAME.formatted(
                    "",
                    "127.0.0.1",
                    first.port(),
                    other(second) + other(third),
                    "preconnect_policy: {predictive_preconnect_ratio: " + ratio + "}"))) {
      assertThat(ask(proxy)).isEqualTo(200);
      assertThat(proxy.admin("/stats?filter=cluster.c.upstream_cx_total"))
          .isEqualTo("cluster.c.upstream_cx_total: " + connections + "\n");
    }
  }

  private static String other(Origin origin) {
    return "}}, {endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: "
        + origin.port()
        + "}}";
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void namesAreResolvedByTheServersOfTheConfiguration(boolean ofCluster) throws Exception {
    try (var dns = new SmallDnsServer();
        var origin = new Origin()) {
      dns.put("somewhere.test.", 0, 60, "127.0.0.1");
      String resolver = CARES.formatted(dns.address().getPort());
      String rest = "type: STRICT_DNS\n    dns_lookup_family: V4_ONLY\n    ";
      try (var proxy =
          LiveProxy.start(
              folder,
              FRAME.formatted(
                  ofCluster ? "" : resolver,
                  "somewhere.test",
                  origin.port(),
                  "",
                  rest + (ofCluster ? resolver : "")))) {
        assertThat(ask(proxy)).isEqualTo(200);
      }
    }
  }

  @Test
  void theProxyListensBeforeANameIsKnownIfItIsTold() throws Exception {
    try (var silent = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        var proxy =
            LiveProxy.start(
                folder,
                FRAME.formatted(
                    CARES.formatted(silent.getLocalPort()),
                    "somewhere.test",
                    80,
                    "",
                    "type: STRICT_DNS\n    wait_for_warm_on_init: false"))) {
      silent.receive(new DatagramPacket(new byte[512], 512));
      assertThat(ask(proxy)).isEqualTo(503);
      assertThat(proxy.admin("/stats?filter=cluster.c.update_failure"))
          .isEqualTo("cluster.c.update_failure: 0\n");
    }
  }

  @Test
  void tracksSizesAndBudgetsWhenAsked() throws Exception {
    try (var origin = new Origin();
        var proxy =
            LiveProxy.start(
                folder,
                FRAME.formatted(
                    "stats_flush_interval: 0.05s",
                    "127.0.0.1",
                    origin.port(),
                    "",
                    "track_cluster_stats: {timeout_budgets: true, request_response_sizes: true}"))) {
      ask(proxy);

      LiveProxy.await(
          "histograms",
          () -> {
            String stats = proxy.admin("/stats?filter=cluster.c.upstream_r._");
            return shows(stats, "upstream_rs_body_size", "5\\.05")
                && shows(stats, "upstream_rs_headers_count", "2\\.05")
                && shows(stats, "upstream_rq_headers_size", "1?[0-9]{2}(\\.[0-9]+)?")
                && shows(stats, "upstream_rq_timeout_budget_percent_used", "[0-9.E-]+")
                && shows(stats, "upstream_rq_timeout_budget_per_try_percent_used", "0");
          });
    }
  }

  private static boolean shows(String stats, String histogram, String least) {
    return java.util.regex.Pattern.compile(histogram + ": P0\\([0-9a-z.]+," + least + "\\)")
        .matcher(stats)
        .find();
  }
}
