package io.weir.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A slow reader slows the sender, from socket to socket and in both directions. */
final class BackPressureTest {
  private static final long BODY = 48L << 20;
  // What the kernel's buffers of four sockets may take, and the proxy's own limits.
  private static final long MOST_UNDER_WAY = 24L << 20;
  private static final int PIECE = 16 * 1024;

  static final String FRAME =
      """
      static_resources:
        listeners:
        - name: l
          address: {socket_address: {address: 127.0.0.1, port_value: 0}}
          per_connection_buffer_limit_bytes: 65536
          filter_chains:
          - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: i
                %s
                route_config: {name: r, virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: "/"}, route: {cluster: c, timeout: 0s}}]}]}
                http_filters:
                %s
                - name: envoy.filters.http.router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        clusters:
        - name: c
          connect_timeout: 1s
          type: STATIC
          per_connection_buffer_limit_bytes: 65536
          load_assignment: {cluster_name: c, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}
      """;

  @TempDir Path folder;

  private static Socket connect(LiveProxy proxy) throws Exception {
    var socket = new Socket();
    socket.setReceiveBufferSize(32 * 1024);
    socket.setSendBufferSize(32 * 1024);
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress("127.0.0.1", proxy.port("l")));
    return socket;
  }

  /** The count once it has stood still. */
  private static long settled(LongSupplier count) {
    long[] last = {-1};
    int[] same = {0};
    LiveProxy.await(
        "a standstill",
        () -> {
          long now = count.getAsLong();
          same[0] = now > 0 && now == last[0] ? same[0] + 1 : 0;
          last[0] = now;
          LockSupport.parkNanos(5_000_000);
          return same[0] >= 60;
        });
    return last[0];
  }

  @Test
  void aClientThatDoesNotReadSlowsTheUpstream() throws Exception {
    try (var origin =
            new ByteOrigin(
                (self, socket) -> {
                  ByteOrigin.head(socket.getInputStream());
                  ByteOrigin.write(
                      socket, "HTTP/1.1 200 OK\r\ncontent-length: " + BODY + "\r\n\r\n");
                  OutputStream out = socket.getOutputStream();
                  for (long sent = 0; sent < BODY; sent += PIECE) {
                    out.write(new byte[PIECE]);
                    self.bytes.addAndGet(PIECE);
                  }
                  socket.getInputStream().read();
                });
        var proxy = LiveProxy.start(folder, FRAME.formatted("", "", origin.port()));
        Socket client = connect(proxy)) {
      ByteOrigin.write(client, "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      assertThat(settled(origin.bytes::get)).isLessThan(MOST_UNDER_WAY);
      InputStream in = client.getInputStream();
      assertThat(ByteOrigin.head(in)).isTrue();
      long got = 0;
      byte[] piece = new byte[PIECE];
      while (got < BODY) {
        int n = in.read(piece);
        assertThat(n).isPositive();
        got += n;
      }
      assertThat(got).isEqualTo(BODY);
    }
  }

  @Test
  void anUpstreamThatDoesNotReadSlowsTheClient() throws Exception {
    var readOn = new CountDownLatch(1);
    try (var origin =
            new ByteOrigin(
                (self, socket) -> {
                  InputStream in = socket.getInputStream();
                  ByteOrigin.head(in);
                  readOn.await();
                  byte[] piece = new byte[PIECE];
                  while (self.bytes.get() < BODY) {
                    self.bytes.addAndGet(in.read(piece));
                  }
                  ByteOrigin.write(socket, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
                  in.read();
                });
        var proxy = LiveProxy.start(folder, FRAME.formatted("", "", origin.port()));
        Socket client = connect(proxy)) {
      var sent = new AtomicLong();
      ByteOrigin.write(
          client, "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: " + BODY + "\r\n\r\n");
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                try {
                  while (sent.get() < BODY) {
                    client.getOutputStream().write(new byte[PIECE]);
                    sent.addAndGet(PIECE);
                  }
                } catch (java.io.IOException _) {
                  // The test has ended.
                }
              });
      assertThat(settled(sent::get)).isLessThan(MOST_UNDER_WAY);
      readOn.countDown();
      byte[] answer = client.getInputStream().readNBytes(15);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200 OK");
      assertThat(origin.bytes.get()).isEqualTo(BODY);
    }
  }

  @Test
  void aFilterThatBuffersMoreThanItMayAnswers413() throws Exception {
    String buffer =
        "- {name: b, typed_config: {\"@type\":"
            + " type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer,"
            + " max_request_bytes: 1000}}";
    try (var origin = new ByteOrigin(ByteOrigin::good);
        var proxy = LiveProxy.start(folder, FRAME.formatted("", buffer, origin.port()));
        Socket client = connect(proxy)) {
      ByteOrigin.write(
          client, "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4000\r\n\r\n" + "x".repeat(2_000));
      byte[] answer = client.getInputStream().readNBytes(12);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
      assertThat(origin.open.get()).as("nothing went upstream").isZero();
    }
  }
}
