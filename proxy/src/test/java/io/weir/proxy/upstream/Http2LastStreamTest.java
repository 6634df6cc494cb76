package io.weir.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The last response of an HTTP/2 connection arrives whole, whoever says that it is the last. */
final class Http2LastStreamTest {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final byte STATUS_200 = (byte) 0x88;

  private static final String CONFIG =
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
                route_config: {name: r, virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: "/"}, route: {cluster: c}}]}]}
                http_filters:
                - name: envoy.filters.http.router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        clusters:
        - name: c
          connect_timeout: 2s
          load_assignment: {cluster_name: c, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}
          typed_extension_protocol_options:
            envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
              "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
              explicit_http_config: {http2_protocol_options: {}}
              common_http_protocol_options: {%s}
      """;

  @TempDir Path folder;

  /** Answers each request, after a GOAWAY when it is told to. */
  private static final class Origin implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final AtomicInteger connections = new AtomicInteger();
    private final boolean goAway;

    Origin(boolean goAway) throws IOException {
      this.goAway = goAway;
      Thread.ofVirtual().start(this::run);
    }

    private void run() {
      try {
        while (true) {
          Socket socket = server.accept();
          connections.incrementAndGet();
          Thread.ofVirtual().start(() -> serve(socket));
        }
      } catch (IOException _) {
        // Closed with the test.
      }
    }

    private void serve(Socket socket) {
      try (socket) {
        var in = new DataInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        in.readFully(new byte[24]);
        out.write(frame(SETTINGS, 0, 0));
        while (true) {
          int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
          int type = in.readUnsignedByte();
          int flags = in.readUnsignedByte();
          int stream = in.readInt();
          in.readFully(new byte[length]);
          if (type == SETTINGS && flags == 0) {
            out.write(frame(SETTINGS, 1, 0));
          } else if (type == HEADERS) {
            out.write(answer(stream));
          }
        }
      } catch (IOException _) {
        // The proxy has closed.
      }
    }

    /** In one piece, so that the end of the response is read together with what goes before. */
    private byte[] answer(int stream) throws IOException {
      var bytes = new ByteArrayOutputStream();
      if (goAway) {
        bytes.write(frame(GOAWAY, 0, 0, 0, 0, 0, stream, 0, 0, 0, 0));
      }
      bytes.write(frame(HEADERS, END_HEADERS, stream, STATUS_200));
      bytes.write(frame(DATA, 0, stream, 'h', 'e'));
      bytes.write(frame(DATA, END_STREAM, stream, 'l', 'l', 'o'));
      return bytes.toByteArray();
    }

    private static byte[] frame(int type, int flags, int stream, int... payload) {
      var bytes = new byte[9 + payload.length];
      bytes[2] = (byte) payload.length;
      bytes[3] = (byte) type;
      bytes[4] = (byte) flags;
      bytes[8] = (byte) stream;
      for (int i = 0; i < payload.length; i++) {
        bytes[9 + i] = (byte) payload[i];
      }
      return bytes;
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"true, ''", "false, max_requests_per_connection: 1", "true, idle_timeout: 5s"})
  void arrivesWhole(boolean goAway, String options) throws Exception {
    try (var origin = new Origin(goAway);
        var proxy =
            LiveProxy.start(folder, CONFIG.formatted(origin.server.getLocalPort(), options))) {
      var url = URI.create("http://127.0.0.1:" + proxy.port("l") + "/").toURL();
      for (int i = 0; i < 3; i++) {
        try (var in = url.openStream()) {
          assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("hello");
        }
      }
      assertThat(origin.connections.get()).isEqualTo(3);
    }
  }

  @Test
  void connectionsThatGoOnAreUsedAgain() throws Exception {
    try (var origin = new Origin(false);
        var proxy = LiveProxy.start(folder, CONFIG.formatted(origin.server.getLocalPort(), ""))) {
      var url = URI.create("http://127.0.0.1:" + proxy.port("l") + "/").toURL();
      for (int i = 0; i < 20; i++) {
        try (var in = url.openStream()) {
          assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("hello");
        }
      }
      assertThat(origin.connections.get()).isLessThan(20);
    }
  }
}
