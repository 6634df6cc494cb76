package io.weir.proxy.network;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tunneling_config}: TCP through an HTTP proxy that we are, or that is another Weir. */
class TunnelTest {
  private static final String HTTP2 =
      "typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions:"
          + " {\"@type\": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions,"
          + " explicit_http_config: {http2_protocol_options: {}}}}";

  @TempDir Path folder;
  private ServerSocket upstream;

  @BeforeEach
  void listen() throws Exception {
    upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    upstream.setSoTimeout(20_000);
  }

  @AfterEach
  void close() throws Exception {
    upstream.close();
  }

  private Socket accept() throws Exception {
    Socket socket = upstream.accept();
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static String head(InputStream in) throws Exception {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as("end within %s", head).isNotNegative();
      head.append((char) next);
    }
    return head.toString();
  }

  private static void send(Socket to, String text) throws Exception {
    to.getOutputStream().write(text.getBytes(US_ASCII));
  }

  @Test
  void connectOpensTheTunnelAndEachDirectionEndsByItself() throws Exception {
    String tunnel =
        """
        hostname: "%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%:443", propagate_response_headers: true,
        headers_to_add: [{header: {key: x-from, value: weir}}]
        """;
    try (var proxy = LiveProxy.start(folder, tunnelling(tunnel, "", ""));
        Socket client = proxy.connect("tcp");
        Socket server = accept()) {
      assertThat(head(server.getInputStream()))
          .isEqualTo(
              "CONNECT 127.0.0.1:443 HTTP/1.1\r\nhost: 127.0.0.1:443\r\nx-from: weir\r\n\r\n");
      send(server, "HTTP/1.1 200 OK\r\nx-via: us\r\ncontent-length: 0\r\n\r\nhello");
      assertThat(client.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
      send(client, "ping");
      client.shutdownOutput();
      assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("ping");
      send(server, "pong");
      server.close();
      assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("pong");
    }
    assertThat(Files.readString(folder.resolve("access.log")))
        .isEqualTo(
            "4 9 - {\"headers\":[{\"key\":\":status\",\"value\":\"200\"},"
                + "{\"key\":\"x-via\",\"value\":\"us\"},"
                + "{\"key\":\"content-length\",\"value\":\"0\"}]}\n");
  }

  @Test
  void aRefusedTunnelIsTriedAgainAsOftenAsAllowed() throws Exception {
    String retry =
        "max_connect_attempts: 2, backoff_options: {base_interval: 0.001s, max_interval: 0.01s},";
    try (var proxy = LiveProxy.start(folder, tunnelling("hostname: a:1", retry, ""));
        Socket client = proxy.connect("tcp")) {
      try (Socket first = accept()) {
        head(first.getInputStream());
        send(first, "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n");
        try (Socket second = accept()) {
          head(second.getInputStream());
          send(second, "HTTP/1.1 204 Fine\r\n\r\nup");
          assertThat(client.getInputStream().readNBytes(2)).asString().isEqualTo("up");
        }
      }
    }
  }

  @Test
  void withoutTunnelTheClientIsClosed() throws Exception {
    try (var proxy = LiveProxy.start(folder, tunnelling("hostname: a:1", "", ""));
        Socket client = proxy.connect("tcp");
        Socket server = accept()) {
      head(server.getInputStream());
      send(server, "HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nno");
      assertThat(client.getInputStream().read()).isNegative();
    }
    assertThat(Files.readString(folder.resolve("access.log"))).startsWith("0 0 UF,URX");
  }

  @Test
  void postCarriesTheBytesInChunks() throws Exception {
    String tunnel = "hostname: h, use_post: true, post_path: /up?x";
    try (var proxy = LiveProxy.start(folder, tunnelling(tunnel, "", ""));
        Socket client = proxy.connect("tcp");
        Socket server = accept()) {
      assertThat(head(server.getInputStream()))
          .isEqualTo("POST /up?x HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n");
      send(server, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
      // The answer's end is not the request's.
      assertThat(client.getInputStream().readNBytes(3)).asString().isEqualTo("abc");
      send(client, "ping");
      client.shutdownOutput();
      assertThat(server.getInputStream().readNBytes(14))
          .asString()
          .isEqualTo("4\r\nping\r\n0\r\n\r\n");
      assertThat(client.getInputStream().read()).isNegative();
    }
  }

  /** A second proxy ends the tunnel and is the client of our socket. */
  @ParameterizedTest
  @ValueSource(strings = {"", HTTP2})
  void aTunnelThroughAnotherProxy(String protocol) throws Exception {
    Path far = Files.createDirectory(folder.resolve("far"));
    byte[] much = new byte[3_000_000];
    new java.util.Random(1).nextBytes(much);
    try (var ending = LiveProxy.start(far, ending());
        var proxy =
            LiveProxy.start(
                folder, tunnelling("hostname: a:1", "", protocol, ending.port("connect")));
        Socket client = proxy.connect("tcp")) {
      client.getOutputStream().write(much);
      try (Socket server = accept()) {
        assertThat(server.getInputStream().readNBytes(much.length)).isEqualTo(much);
        if (!protocol.isEmpty()) {
          // An HTTP/1 server takes the end of a direction for that of the connection.
          client.shutdownOutput();
          assertThat(server.getInputStream().read()).isNegative();
        }
        server.getOutputStream().write(much);
        server.shutdownOutput();
        assertThat(client.getInputStream().readAllBytes()).isEqualTo(much);
      }
    }
  }

  private String tunnelling(String tunnel, String options, String protocol) {
    return tunnelling(tunnel, options, protocol, upstream.getLocalPort());
  }

  private String tunnelling(String tunnel, String options, String protocol, int port) {
    return """
        static_resources:
          listeners:
          - name: tcp
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.tcp_proxy
                typed_config: {
                  "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy,
                  stat_prefix: tcp, cluster: backend, %s tunneling_config: {%s},
                  access_log: [{name: envoy.access_loggers.file, typed_config: {
                    "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog,
                    path: %s, log_format: {text_format_source: {inline_string:
                      "%%BYTES_RECEIVED%% %%BYTES_SENT%% %%RESPONSE_FLAGS%% %%FILTER_STATE(envoy.tcp_proxy.propagate_response_headers:TYPED)%%\\n"}}}}]}
          clusters:
          - name: backend
            connect_timeout: 2s
            %s
            load_assignment: {cluster_name: backend, endpoints: [{lb_endpoints: [{endpoint:
              {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}
        """
        .formatted(options, tunnel, folder.resolve("access.log"), protocol, port);
  }

  private String ending() {
    return """
        static_resources:
          listeners:
          - name: connect
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains: [{filters: [{name: h, typed_config: {
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
              stat_prefix: c, http2_protocol_options: {allow_connect: true},
              upgrade_configs: [{upgrade_type: CONNECT}],
              http_filters: [{name: envoy.filters.http.router, typed_config: {
                "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}],
              route_config: {virtual_hosts: [{name: v, domains: ["*"], routes: [
                {match: {connect_matcher: {}}, route: {cluster: us,
                 upgrade_configs: [{upgrade_type: CONNECT, connect_config: {}}]}}]}]}}}]}]
          clusters:
          - name: us
            connect_timeout: 2s
            load_assignment: {cluster_name: us, endpoints: [{lb_endpoints: [{endpoint:
              {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}
        """
        .formatted(upstream.getLocalPort());
  }
}
