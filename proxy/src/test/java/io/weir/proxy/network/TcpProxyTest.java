package io.weir.proxy.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tcp_proxy} between real sockets: a client, the proxy, an upstream that we hold. */
class TcpProxyTest {
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

  @Test
  void bytesGoBothWaysAndHalfClosePassesOn() throws Exception {
    try (var proxy = LiveProxy.start(folder, bootstrap("", upstream.getLocalPort()));
        Socket client = proxy.connect("tcp");
        Socket server = accept()) {
      client.getOutputStream().write("ping".getBytes(US_ASCII));
      client.shutdownOutput();
      assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("ping");

      // The other direction stays open after the client's end.
      server.getOutputStream().write("pong".getBytes(US_ASCII));
      server.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("pong");
    }

    assertThat(Files.readString(folder.resolve("access.log"))).isEqualTo("4 4 - backend\n");
  }

  @Test
  void aConnectionThatLastsTooLongIsClosedAndSaysSo() throws Exception {
    String options = "max_downstream_connection_duration: 0.1s";
    try (var proxy = LiveProxy.start(folder, bootstrap(options, upstream.getLocalPort()));
        Socket client = proxy.connect("tcp");
        Socket server = accept()) {
      assertThat(server.getInputStream().read()).isNegative();
      assertThat(client.getInputStream().read()).isNegative();
    }
    assertThat(Files.readString(folder.resolve("access.log"))).isEqualTo("0 0 DT backend\n");
  }

  @Test
  void anUpstreamThatSpeaksFirstIsHeard() throws Exception {
    try (var proxy = LiveProxy.start(folder, bootstrap("", upstream.getLocalPort()));
        Socket client = proxy.connect("tcp");
        Socket server = accept()) {
      server.getOutputStream().write("220 ready".getBytes(US_ASCII));
      assertThat(client.getInputStream().readNBytes(9)).asString().isEqualTo("220 ready");
    }
  }

  @Test
  void anUpstreamThatRefusesEndsTheConnection() throws Exception {
    int nobody = upstream.getLocalPort();
    upstream.close();
    try (var proxy = LiveProxy.start(folder, bootstrap("max_connect_attempts: 2", nobody));
        Socket client = proxy.connect("tcp")) {
      assertThat(ended(client)).isTrue();
    }

    assertThat(Files.readString(folder.resolve("access.log"))).isEqualTo("0 0 UF,URX backend\n");
  }

  @Test
  void anIdleConnectionEnds() throws Exception {
    try (var proxy =
            LiveProxy.start(folder, bootstrap("idle_timeout: 0.2s", upstream.getLocalPort()));
        Socket client = proxy.connect("tcp");
        Socket server = accept()) {
      assertThat(ended(client)).isTrue();
      assertThat(ended(server)).isTrue();
    }
  }

  @Test
  void aResetOfTheClientReachesTheUpstream() throws Exception {
    try (var proxy = LiveProxy.start(folder, bootstrap("", upstream.getLocalPort()));
        Socket client = proxy.connect("tcp");
        Socket server = accept()) {
      client.setSoLinger(true, 0);
      client.close();
      assertThat(ended(server)).isTrue();
    }
  }

  /** Far more than the buffers hold: the sender is slowed, nothing is lost or reordered. */
  @Test
  void aSlowReaderLosesNothing() throws Exception {
    byte[] bytes = new byte[24 << 20];
    new Random(7).nextBytes(bytes);
    try (var proxy = LiveProxy.start(folder, bootstrap("", upstream.getLocalPort()));
        Socket client = proxy.connect("tcp");
        Socket server = accept()) {
      Thread sender =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      server.getOutputStream().write(bytes);
                      server.shutdownOutput();
                    } catch (Exception e) {
                      throw new AssertionError(e);
                    }
                  });
      // The sender cannot finish before we read: socket buffers and watermarks are far smaller.
      sender.join(300);
      assertThat(sender.isAlive()).isTrue();
      byte[] received = client.getInputStream().readAllBytes();
      sender.join();
      assertThat(Arrays.equals(received, bytes)).isTrue();
    }
  }

  /** {@code upstream_connect_mode}: what the client said meanwhile is not lost. */
  @Test
  void anUpstreamMayBeConnectedWhenTheClientSpeaks() throws Exception {
    String options = "upstream_connect_mode: ON_DOWNSTREAM_DATA\n          max_early_data_bytes: 4";
    try (var proxy = LiveProxy.start(folder, bootstrap(options, upstream.getLocalPort()));
        Socket silent = proxy.connect("tcp");
        Socket client = proxy.connect("tcp")) {
      client.getOutputStream().write("early bytes".getBytes(US_ASCII));
      client.shutdownOutput();
      try (Socket server = accept()) {
        assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("early bytes");
      }
      // The one that kept still has no connection: the next that speaks is the next to come.
      silent.getOutputStream().write("late".getBytes(US_ASCII));
      silent.shutdownOutput();
      try (Socket server = accept()) {
        assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("late");
      }
    }
  }

  private static final String PROXY_PROTOCOL =
      """
      \n
          transport_socket:
            name: envoy.transport_sockets.upstream_proxy_protocol
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport
              config: {version: V2, pass_through_tlvs: {match_type: INCLUDE, tlv_type: [225, 226]}}
              transport_socket:
                name: envoy.transport_sockets.raw_buffer
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer
      """;

  /** {@code proxy_protocol_tlvs} reach the upstream that lets them pass. */
  @Test
  void theProxyProtocolTellsWhatIsConfigured() throws Exception {
    String options =
        "proxy_protocol_tlvs: [{type: 225, value: YWJj}, {type: 226, format_string: "
            + "{text_format_source: {inline_string: '%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%'}}}, "
            + "{type: 227, value: YWJj}]";
    String config = bootstrap(options, upstream.getLocalPort()).stripTrailing() + PROXY_PROTOCOL;
    try (var proxy = LiveProxy.start(folder, config);
        Socket client = proxy.connect("tcp");
        Socket server = accept()) {
      client.getOutputStream().write("x".getBytes(US_ASCII));
      byte[] header = server.getInputStream().readNBytes(28 + 6 + 3 + "127.0.0.1".length() + 1);
      assertThat(new String(header, 28, header.length - 28, ISO_8859_1))
          .isEqualTo("\u00e1\0\3abc\u00e2\0\t127.0.0.1x");
    }
  }

  private Socket accept() throws Exception {
    Socket socket = upstream.accept();
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** Whether the other side ended the connection, in order or by reset. */
  private static boolean ended(Socket socket) throws Exception {
    try {
      InputStream in = socket.getInputStream();
      return in.read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  private String bootstrap(String options, int port) {
    return """
        static_resources:
          listeners:
          - name: tcp
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            per_connection_buffer_limit_bytes: 65536
            filter_chains:
            - filters:
              - name: envoy.filters.network.tcp_proxy
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                  stat_prefix: tcp
                  cluster: backend
                  %s
                  access_log:
                  - name: envoy.access_loggers.file
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                      path: %s
                      log_format:
                        text_format_source: {inline_string: "%%BYTES_RECEIVED%% %%BYTES_SENT%% %%RESPONSE_FLAGS%% %%UPSTREAM_CLUSTER%%\\n"}
          clusters:
          - name: backend
            connect_timeout: 2s
            per_connection_buffer_limit_bytes: 65536
            load_assignment:
              cluster_name: backend
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        """
        .formatted(options, folder.resolve("access.log"), port);
  }
}
