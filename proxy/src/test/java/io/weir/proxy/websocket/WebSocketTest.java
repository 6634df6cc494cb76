package io.weir.proxy.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.LiveProxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * WebSocket (RFC 6455) with Netty's client and server at the ends: over HTTP/1, and over HTTP/2
 * (RFC 8441) between two proxies, which bridges in both directions.
 */
final class WebSocketTest {
  @TempDir static Path folder;
  private static EchoServer server;
  private static LiveProxy inner;
  private static LiveProxy outer;

  @BeforeAll
  static void start() throws Exception {
    server = new EchoServer();
    inner = start("inner", "http_protocol_options", server.port());
    outer = start("outer", "http2_protocol_options", inner.port("front"));
  }

  private static LiveProxy start(String name, String protocol, int back) throws Exception {
    String yaml = resource("proxy.yaml");
    return LiveProxy.start(
        Files.createDirectory(folder.resolve(name)),
        yaml.replace("$PROTOCOL", protocol).replace("$BACK", Integer.toString(back)));
  }

  private static String resource(String name) throws Exception {
    try (var in = WebSocketTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @AfterAll
  static void stop() {
    outer.close();
    inner.close();
    server.close();
  }

  static Stream<Arguments> corpus() throws Exception {
    return resource("corpus.txt")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\\|"))
        .flatMap(
            parts ->
                Stream.of(false, true)
                    .map(http2 -> Arguments.of(parts[0].strip(), http2, parts[1], parts[2])));
  }

  @ParameterizedTest(name = "{0}, HTTP/2 between: {1}")
  @MethodSource("corpus")
  void framesPass(String name, boolean http2, String sent, String expected) throws Exception {
    try (var client = new FrameClient((http2 ? outer : inner).port("front"))) {
      for (String frame : sent.strip().split(" ")) {
        client.send(frame);
      }
      for (String frame : expected.strip().split(" ")) {
        assertThat(client.receive()).isEqualTo(frame);
      }
      assertThat(client.nothingMore()).isTrue();
    }
  }
}
