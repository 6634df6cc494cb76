package io.weir.proxy.overload;

import static io.weir.proxy.LiveProxy.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What clients see while an action or a load-shed point is in force; a stock Envoy does the same.
 */
class OverloadManagerTest {
  private static final String ACTIONS = "envoy.overload_actions.";
  private static final String POINTS = "envoy.load_shed_points.";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "stop_accepting_requests, action, HTTP/1.1 503, x-envoy-local-overloaded: true",
    "disable_http_keepalive, action, HTTP/1.1 200, connection: close",
    "reject_incoming_connections, action, '', ''",
    "shrink_heap, action, HTTP/1.1 200, ok",
    "tcp_listener_accept, point, '', ''",
    "http_connection_manager_decode_headers, point, HTTP/1.1 503, x-envoy-local-overloaded: true",
    "http1_server_abort_dispatch, point, HTTP/1.1 500, connection: close",
    "http2_server_go_away_on_dispatch, point, HTTP/1.1 200, connection: close",
    "http2_server_go_away_and_close_on_dispatch, point, '', ''",
    "hcm_ondata_creating_codec, point, '', ''",
    "http_downstream_filter_check, point, HTTP/1.1 503, envoy overloaded",
    "connection_pool_new_connection, point, HTTP/1.1 200, ok",
  })
  void answersUnderLoadAndAsBeforeAfterwards(String name, String kind, String status, String part)
      throws Exception {
    Path pressure = Files.writeString(folder.resolve("pressure"), "0");
    String full = (kind.equals("action") ? ACTIONS : POINTS) + name;
    String list = kind.equals("action") ? "actions" : "loadshed_points";
    try (var proxy = LiveProxy.start(folder, bootstrap(list, full, "threshold: {value: 0.9}"))) {
      assertThat(get(proxy, "main")).startsWith("HTTP/1.1 200").doesNotContain("connection: close");
      inject(pressure, "1");
      await(
          name,
          () -> {
            String answer = get(proxy, "main");
            return answer.startsWith(status)
                && answer.contains(part)
                && answer.isEmpty() == status.isEmpty();
          });
      assertThat(get(proxy, "exempt")).startsWith("HTTP/1.1 200").doesNotContain("overloaded");
      inject(pressure, "0");
      await("back to normal", () -> normal(get(proxy, "main")));
    }
  }

  private static boolean normal(String answer) {
    return answer.startsWith("HTTP/1.1 200") && !answer.contains("connection: close");
  }

  @Test
  void aScaledTriggerConcernsAsManyRequestsAsThePressureSays() throws Exception {
    Path pressure = Files.writeString(folder.resolve("pressure"), "0.7");
    String trigger = "scaled: {scaling_threshold: 0.5, saturation_threshold: 0.9}";
    try (var proxy =
        LiveProxy.start(
            folder, bootstrap("actions", ACTIONS + "stop_accepting_requests", trigger))) {
      await("some are refused", () -> get(proxy, "main").contains("503"));
      int refused = 0;
      for (int i = 0; i < 400; i++) {
        refused += get(proxy, "main").contains("503") ? 1 : 0;
      }
      assertThat(refused).isBetween(120, 280);
      inject(pressure, "0.5");
      await("none is refused", () -> noneOf(20, proxy));
    }
  }

  private static boolean noneOf(int requests, LiveProxy proxy) throws IOException {
    for (int i = 0; i < requests; i++) {
      if (get(proxy, "main").contains("503")) {
        return false;
      }
    }
    return true;
  }

  @Test
  void connectionsWaitWhileNoneIsAccepted() throws Exception {
    Path pressure = Files.writeString(folder.resolve("pressure"), "0");
    String action = ACTIONS + "stop_accepting_connections";
    try (var proxy =
        LiveProxy.start(folder, bootstrap("actions", action, "threshold: {value: 0.9}"))) {
      inject(pressure, "1");
      Socket waiting = await("a connection is left waiting", () -> waits(proxy));
      assertThat(get(proxy, "exempt")).startsWith("HTTP/1.1 200");
      inject(pressure, "0");
      waiting.setSoTimeout(20_000);
      assertThat(read(waiting)).startsWith("HTTP/1.1 200");
    }
  }

  /** A connection that was not answered within a moment, null when it was. */
  private static Socket waits(LiveProxy proxy) throws IOException {
    var socket = new Socket("127.0.0.1", proxy.port("main"));
    socket.setSoTimeout(300);
    request(socket);
    try {
      socket.getInputStream().read();
      socket.close();
      return null;
    } catch (java.net.SocketTimeoutException _) {
      return socket;
    }
  }

  @Test
  void connectionsOfAllListenersTogetherAreLimited() throws Exception {
    String bootstrap =
        """
        overload_manager:
          resource_monitors:
          - name: envoy.resource_monitors.global_downstream_max_connections
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig
              max_active_downstream_connections: 2
        """
            + listeners();
    try (var proxy = LiveProxy.start(folder, bootstrap);
        Socket first = proxy.connect("main");
        Socket second = proxy.connect("main")) {
      for (Socket socket : List.of(first, second)) {
        socket.getOutputStream().write(text("GET / HTTP/1.1\r\nhost: a\r\n\r\n"));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
      assertThat(get(proxy, "main")).isEmpty();
      assertThat(get(proxy, "exempt")).startsWith("HTTP/1.1 200");
      first.close();
      await("room again", () -> get(proxy, "main").startsWith("HTTP/1.1 200"));
    }
  }

  @Test
  void idleTimeoutsShrinkUnderLoad() throws Exception {
    Path pressure = Files.writeString(folder.resolve("pressure"), "0");
    String trigger =
        """
        threshold: {value: 0.9}
            typed_config:
              "@type": type.googleapis.com/envoy.config.overload.v3.ScaleTimersOverloadActionConfig
              timer_scale_factors: [{timer: HTTP_DOWNSTREAM_CONNECTION_IDLE, min_timeout: 0.05s}]
        """;
    try (var proxy =
            LiveProxy.start(folder, bootstrap("actions", ACTIONS + "reduce_timeouts", trigger));
        Socket idle = proxy.connect("main")) {
      idle.getOutputStream().write(text("GET / HTTP/1.1\r\nhost: a\r\n\r\n"));
      assertThat(idle.getInputStream().read()).isEqualTo('H');
      inject(pressure, "1");
      assertThat(read(idle)).endsWith("ok");
    }
  }

  private static void inject(Path file, String value) throws IOException {
    Path next = Files.writeString(file.resolveSibling("next"), value);
    Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private String bootstrap(String list, String name, String trigger) {
    return """
        overload_manager:
          refresh_interval: 0.01s
          resource_monitors:
          - name: envoy.resource_monitors.injected_resource
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.resource_monitors.injected_resource.v3.InjectedResourceConfig
              filename: %s
          %s:
          - name: %s
            triggers:
            - name: envoy.resource_monitors.injected_resource
              %s
        """
            .formatted(folder.resolve("pressure"), list, name, trigger)
        + listeners();
  }

  private static String listeners() {
    return "static_resources:\n  listeners:\n"
        + listener("main", "")
        + listener("exempt", ", bypass_overload_manager: true, ignore_global_conn_limit: true");
  }

  private static String listener(String name, String more) {
    return """
          - {name: %s, address: {socket_address: {address: 127.0.0.1, port_value: 0}}%s,
             filter_chains: [{filters: [{name: h, typed_config: {
               "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
               stat_prefix: %s, append_local_overload: true,
               http_filters: [{name: envoy.filters.http.router, typed_config: {
                 "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}],
               route_config: {virtual_hosts: [{name: v, domains: ["*"], routes: [
                 {match: {prefix: /}, direct_response: {status: 200, body: {inline_string: ok}}}]}]}}}]}]}
        """
        .formatted(name, more, name);
  }

  /** One request on its own connection; what came until the peer closed or said all. */
  private static String get(LiveProxy proxy, String listener) throws IOException {
    try (var socket = new Socket("127.0.0.1", proxy.port(listener))) {
      socket.setSoTimeout(20_000);
      request(socket);
      return read(socket);
    }
  }

  private static void request(Socket socket) {
    try {
      socket.getOutputStream().write(text("GET / HTTP/1.1\r\nhost: a\r\n\r\n"));
    } catch (IOException _) {
      // The peer has closed; reading tells.
    }
  }

  private static String read(Socket socket) {
    var answer = new StringBuilder();
    try {
      int next;
      while ((next = socket.getInputStream().read()) >= 0) {
        answer.append((char) next);
        if (answer.toString().endsWith("ok") || answer.toString().endsWith("envoy overloaded")) {
          break;
        }
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("no end of " + answer, e);
    } catch (IOException _) {
      // A reset is an end too.
    }
    return answer.toString();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
