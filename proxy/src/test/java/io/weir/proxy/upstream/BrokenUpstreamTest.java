package io.weir.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Upstreams that break off, answer too early or too much, and ports that are taken: the flag, the
 * details and the counters are those of a stock Envoy 1.40 under the same exchange.
 */
final class BrokenUpstreamTest {
  private static final String GET = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";
  private static final String HALF_SENT =
      "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 1000\r\n\r\nhello";
  private static final String TOO_LARGE = "HTTP/1.1 413 X\r\ncontent-length: 0\r\n\r\n";

  /** What an upstream does behind its answer. */
  private enum Then {
    CLOSE,
    HALF_CLOSE,
    READ_ON,
    RESET
  }

  /**
   * An exchange.
   *
   * @param answer what the upstream sends when it has read a request's head
   * @param route fields of the route, {@code cluster} those of the cluster
   */
  record Exchange(
      String name,
      String request,
      String answer,
      Then then,
      String route,
      String cluster,
      String log,
      Map<String, Integer> counters) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Exchange early(String name, String answer, Then then, String log) {
    return new Exchange(
        name,
        HALF_SENT,
        answer,
        then,
        "",
        "",
        log,
        Map.of("upstream_cx_destroy_local", 1, "upstream_cx_destroy_local_with_active_rq", 1));
  }

  static final List<Exchange> EXCHANGES =
      List.of(
          early("answers early and reads on", TOO_LARGE, Then.READ_ON, "- 413 via_upstream"),
          early("answers early and closes", TOO_LARGE, Then.CLOSE, "- 413 via_upstream"),
          early("answers early and half-closes", TOO_LARGE, Then.HALF_CLOSE, "- 413 via_upstream"),
          new Exchange(
              "closes without an answer",
              GET,
              "",
              Then.CLOSE,
              "",
              "",
              "UC 503 upstream_reset_before_response_started{connection_termination}",
              Map.of(
                  "upstream_cx_destroy_remote", 1, "upstream_cx_destroy_remote_with_active_rq", 1)),
          new Exchange(
              "half-closes without an answer",
              GET,
              "",
              Then.HALF_CLOSE,
              "",
              "",
              "UC 503 upstream_reset_before_response_started{connection_termination}",
              Map.of("upstream_cx_destroy_remote", 1)),
          new Exchange(
              "resets",
              GET,
              "",
              Then.RESET,
              "",
              "",
              "UC 503 upstream_reset_before_response_started{connection_termination}",
              Map.of("upstream_cx_destroy_remote", 1)),
          new Exchange(
              "is frozen",
              GET,
              "",
              Then.READ_ON,
              ", timeout: 0.1s",
              "",
              "UT 504 response_timeout",
              Map.of("upstream_rq_timeout", 1, "upstream_cx_destroy_local_with_active_rq", 1)),
          new Exchange(
              "is frozen, and asked again",
              GET,
              "",
              Then.READ_ON,
              ", timeout: 5s, retry_policy: {retry_on: 5xx, num_retries: 1, per_try_timeout: 0.1s,"
                  + " retry_back_off: {base_interval: 0.001s}}",
              "",
              "URX,UT 504 upstream_per_try_timeout",
              Map.of("upstream_rq_total", 2, "upstream_cx_destroy_local_with_active_rq", 2)),
          new Exchange(
              "ends the body by closing",
              GET,
              "HTTP/1.1 200 OK\r\n\r\nabc",
              Then.HALF_CLOSE,
              "",
              "",
              "- 200 via_upstream",
              Map.of(
                  "upstream_cx_destroy_remote", 1, "upstream_cx_destroy_remote_with_active_rq", 0)),
          new Exchange(
              "says 100 again and again",
              GET,
              "HTTP/1.1 100 Continue\r\n\r\n".repeat(3)
                  + "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
              Then.READ_ON,
              "",
              "",
              "- 200 via_upstream",
              Map.of("upstream_rq_completed", 2)),
          new Exchange(
              "cannot be reached from a port that is taken",
              GET,
              "",
              Then.CLOSE,
              "",
              ", upstream_bind_config: {source_address: {address: 127.0.0.1, port_value: TAKEN}}",
              "UF 503 upstream_reset_before_response_started{local_connection_failure"
                  + "|failed_to_bind_to_127.0.0.1:TAKEN:_Address_already_in_use}",
              Map.of("upstream_cx_connect_fail", 1, "upstream_cx_destroy_local", 1)));

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("EXCHANGES")
  void isToldAsEnvoyTellsIt(Exchange exchange) throws Exception {
    try (var upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = "" + taken.getLocalPort();
      Thread.ofVirtual().start(() -> accept(upstream, exchange));
      Path log = folder.resolve("access.log");
      String bootstrap;
      try (InputStream in = getClass().getResourceAsStream("broken-upstream.yaml")) {
        bootstrap = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
      bootstrap =
          bootstrap
              .replace("$ROUTE", exchange.route)
              .replace("$CLUSTER", exchange.cluster.replace("TAKEN", port))
              .replace("$LOG", log.toString())
              .replace("$UPSTREAM", "" + upstream.getLocalPort());
      try (var proxy = LiveProxy.start(folder, bootstrap);
          var client = proxy.connect("l")) {
        client.getOutputStream().write(exchange.request.getBytes(StandardCharsets.US_ASCII));
        assertThat(
                LiveProxy.await(
                    "a line in the log",
                    () -> Files.exists(log) && Files.size(log) > 0 ? Files.readString(log) : null))
            .isEqualTo(exchange.log.replace("TAKEN", port) + "\n");
        LiveProxy.await(
            exchange.counters + " in " + counters(proxy, exchange),
            () -> counters(proxy, exchange).equals(exchange.counters));
      }
    }
  }

  private static Map<String, Integer> counters(LiveProxy proxy, Exchange exchange)
      throws IOException {
    var found = new TreeMap<String, Integer>();
    for (String line : proxy.admin("/stats?filter=cluster.c.").split("\n")) {
      String[] parts = line.substring("cluster.c.".length()).split(": ", 2);
      if (exchange.counters.containsKey(parts[0])) {
        found.put(parts[0], Integer.parseInt(parts[1]));
      }
    }
    return found;
  }

  private static void accept(ServerSocket server, Exchange exchange) {
    try {
      while (true) {
        Socket connection = server.accept();
        Thread.ofVirtual().start(() -> serve(connection, exchange));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private static void serve(Socket connection, Exchange exchange) {
    try (connection) {
      InputStream in = connection.getInputStream();
      int matched = 0;
      while (matched < 4) {
        int c = in.read();
        if (c < 0) {
          return;
        }
        matched = c == "\r\n\r\n".charAt(matched) ? matched + 1 : c == '\r' ? 1 : 0;
      }
      OutputStream out = connection.getOutputStream();
      out.write(exchange.answer.getBytes(StandardCharsets.US_ASCII));
      switch (exchange.then) {
        case CLOSE -> {
          return;
        }
        case HALF_CLOSE -> connection.shutdownOutput();
        case READ_ON -> {}
        case RESET -> {
          connection.setSoLinger(true, 0);
          return;
        }
      }
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException _) {
      // The proxy ended it.
    }
  }
}
