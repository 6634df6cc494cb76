package io.weir.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that stall, leave or reset, at each point of an exchange: others are served as ever. */
final class HostilePeersTest {
  private static final String HEAD = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n";

  @TempDir Path folder;

  private LiveProxy proxy(String options, int origin) throws Exception {
    return LiveProxy.start(folder, BackPressureTest.FRAME.formatted(options, "", origin));
  }

  private static String status(Socket socket) throws IOException {
    return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
  }

  private static void serves(LiveProxy proxy) throws Exception {
    try (Socket other = proxy.connect("l")) {
      ByteOrigin.write(other, "GET /good HTTP/1.1\r\nhost: a\r\n\r\n");
      assertThat(status(other)).isEqualTo("HTTP/1.1 200");
    }
  }

  @Test
  void aHeadThatComesByteByByteIsGivenUp() throws Exception {
    try (var origin = new ByteOrigin(ByteOrigin::good);
        var proxy = proxy("request_headers_timeout: 0.3s", origin.port());
        Socket slow = proxy.connect("l")) {
      ByteOrigin.write(slow, "GET / HTTP/1.1\r\nho");
      serves(proxy);
      assertThat(status(slow)).isEqualTo("HTTP/1.1 408");
      slow.getInputStream().readAllBytes();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "request_timeout: 0.3s, 408",
    "stream_idle_timeout: 0.3s, 408",
  })
  void aBodyThatDoesNotComeIsGivenUp(String option, int status) throws Exception {
    try (var origin = new ByteOrigin(ByteOrigin::answersGets);
        var proxy = proxy(option, origin.port());
        Socket half = proxy.connect("l")) {
      ByteOrigin.write(half, HEAD + "abc");
      assertThat(status(half)).isEqualTo("HTTP/1.1 " + status);
      half.getInputStream().readAllBytes();
      serves(proxy);
      LiveProxy.await("no stream upstream", () -> origin.open.get() <= 1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET",
        "GET / HTTP/1.1\r\nhost: a\r\n",
        HEAD,
        HEAD + "abc",
        "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\n\r\nGET / HT",
      })
  void aClientMayResetAnywhere(String sent) throws Exception {
    var hold = new CountDownLatch(1);
    try (var origin =
            new ByteOrigin(
                (self, socket) -> {
                  if (ByteOrigin.head(socket.getInputStream())) {
                    if (hold.getCount() > 0) {
                      // The proxy closes when its client has gone.
                      socket.getInputStream().readAllBytes();
                    } else {
                      ByteOrigin.write(socket, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
                    }
                  }
                });
        var proxy = proxy("", origin.port())) {
      try (Socket client = proxy.connect("l")) {
        ByteOrigin.write(client, sent);
        if (sent.contains("\r\n\r\n")) {
          LiveProxy.await("a try upstream", () -> origin.open.get() > 0);
        }
        client.setSoLinger(true, 0);
      }
      LiveProxy.await("the try is given up", () -> origin.open.get() == 0);
      hold.countDown();
      serves(proxy);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'',503",
    "HTTP/1.1,502",
    "'HTTP/1.1 200 OK\r\nconte',502",
    "'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab',200",
    "'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab',200",
  })
  void anUpstreamMayLeaveAnywhere(String sent, int status) throws Exception {
    try (var origin =
            new ByteOrigin(
                (self, socket) -> {
                  boolean good = socket.getInputStream().read() == 'G';
                  ByteOrigin.head(socket.getInputStream());
                  ByteOrigin.write(
                      socket, good ? "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" : sent);
                });
        var proxy = proxy("", origin.port());
        Socket client = proxy.connect("l")) {
      ByteOrigin.write(client, "PUT / HTTP/1.1\r\nhost: a\r\n\r\n");
      assertThat(status(client)).isEqualTo("HTTP/1.1 " + status);
      if (status == 200) {
        String rest = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(rest).as("is cut off, not completed").doesNotEndWith("0\r\n\r\n");
      }
      serves(proxy);
    }
  }

  @Test
  void thousandsOfResetConnectionsLeaveNothingBehind() throws Exception {
    try (var origin = new ByteOrigin(ByteOrigin::good);
        var proxy = proxy("", origin.port())) {
      for (int i = 0; i < 3_000; i++) {
        try (Socket client = proxy.connect("l")) {
          if (i % 2 == 0) {
            ByteOrigin.write(client, "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
          }
          client.setSoLinger(true, 0);
        }
      }
      serves(proxy);
      LiveProxy.await("few connections upstream", () -> origin.open.get() < 200);
    }
  }
}
