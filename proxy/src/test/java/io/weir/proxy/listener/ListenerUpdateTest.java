package io.weir.proxy.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listeners that come, change and go while connections are open, delivered by a watched file. */
class ListenerUpdateTest {
  @TempDir Path folder;
  private int port;

  @BeforeEach
  void choosePort() throws Exception {
    // A listener of port 0 would move with every version.
    try (var socket = new java.net.ServerSocket(0)) {
      port = socket.getLocalPort();
    }
  }

  @Test
  void anUpdateReachesNewRequestsAndKeepsTheOldConnection() throws Exception {
    deliver(1, listener("front", "one"));
    try (var proxy = LiveProxy.start(folder, bootstrap());
        Socket kept = proxy.connect("front")) {
      assertThat(get(kept)).isEqualTo("one");

      deliver(2, listener("front", "two"));
      LiveProxy.await("the new version", () -> answer(proxy).equals("two"));

      // The chain changed, so its connection drains: served once more, by the old version.
      assertThat(get(kept)).isEqualTo("one");
    }
  }

  @Test
  void aRefusedUpdateLeavesTheListenerServing() throws Exception {
    deliver(1, listener("front", "one"));
    try (var proxy = LiveProxy.start(folder, bootstrap())) {
      assertThat(answer(proxy)).isEqualTo("one");

      deliver(2, listener("front", "two").replace("stat_prefix: front", "no_such_field: 1"));
      deliver(3, listener("front", "one") + listener("second", "other").replace("PORT", "0"));
      proxy.port("second");

      assertThat(answer(proxy)).isEqualTo("one");
    }
  }

  @Test
  void aRemovedListenerStopsAccepting() throws Exception {
    deliver(1, listener("front", "one"));
    try (var proxy = LiveProxy.start(folder, bootstrap());
        Socket open = proxy.connect("front")) {
      assertThat(get(open)).isEqualTo("one");

      deliver(2, "");
      LiveProxy.await("the removal", () -> !proxy.has("front"));
      LiveProxy.await("closed socket", () -> refused());
    }
  }

  private boolean refused() {
    try (var socket = new Socket("127.0.0.1", port)) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static String answer(LiveProxy proxy) throws Exception {
    try (Socket socket = proxy.connect("front")) {
      return get(socket);
    }
  }

  /** One request on a kept-alive connection; the body of the answer. */
  private static String get(Socket socket) throws IOException {
    socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(US_ASCII));
    InputStream in = socket.getInputStream();
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("the connection ended after: " + head);
      }
      head.append((char) c);
    }
    int at = head.indexOf("content-length: ") + "content-length: ".length();
    int length = Integer.parseInt(head.substring(at, head.indexOf("\r\n", at)));
    return new String(in.readNBytes(length), US_ASCII);
  }

  /** Puts a set of listeners in place as operators do: by moving a file over the old one. */
  private void deliver(int version, String listeners) throws IOException {
    String text =
        "version_info: \"" + version + "\"\nresources:" + (listeners.isEmpty() ? " []\n" : "\n");
    Path next =
        Files.writeString(folder.resolve("next"), text + listeners.replace("PORT", "" + port));
    Files.move(next, folder.resolve("lds.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String listener(String name, String body) {
    return """
        - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
          name: %s
          address: {socket_address: {address: 127.0.0.1, port_value: PORT}}
          filter_chains:
          - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: front
                route_config:
                  virtual_hosts:
                  - name: all
                    domains: ["*"]
                    routes:
                    - match: {prefix: /}
                      direct_response: {status: 200, body: {inline_string: %s}}
                http_filters:
                - name: envoy.filters.http.router
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
        """
        .formatted(name, body);
  }

  private String bootstrap() {
    return """
        node: {id: test, cluster: test}
        dynamic_resources:
          lds_config: {resource_api_version: V3, path_config_source: {path: %s}}
        """
        .formatted(folder.resolve("lds.yaml"));
  }
}
