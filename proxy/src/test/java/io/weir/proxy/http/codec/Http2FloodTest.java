package io.weir.proxy.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that cost more than they are worth are given up, and others are not. */
final class Http2FloodTest {
  private final Http2ServerHarness peer = new Http2ServerHarness();
  private int stream = -1;

  @AfterEach
  void close() {
    peer.codec.onConnectionClosed();
  }

  static Stream<Arguments> cases() throws Exception {
    try (InputStream in = Http2FloodTest.class.getResourceAsStream("http2-floods.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .map(line -> line.split("\\|", -1))
              .map(
                  parts ->
                      Arguments.of(
                          parts[0].strip(), parts[1].strip(), parts[2].strip(), parts[3].strip()))
              .toList()
              .stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isNoticed(String name, String frames, String failure, String counter) {
    peer.script.preface();
    peer.send();
    peer.wire.peerReads = false;
    String seen = null;
    for (String step : frames.split(" ")) {
      int star = step.indexOf('*');
      for (int i = Integer.parseInt(step.substring(star + 1)); i > 0 && seen == null; i--) {
        add(step.substring(0, star));
        seen = peer.send().failure;
      }
    }
    assertThat(seen == null ? "" : seen).isEqualTo(failure);
    if (!failure.isEmpty()) {
      assertThat(peer.frames()).last().asString().startsWith("GOAWAY").endsWith(" 11");
    }
    if (!counter.isEmpty()) {
      assertThat(peer.stat("http2." + counter)).isOne();
    }
  }

  private void add(String frame) {
    Http2Script to = peer.script;
    switch (frame) {
      case "ping" -> to.ping();
      case "settings" -> to.frame(Http2.SETTINGS, 0, 0);
      case "small-window" -> to.setting(Http2.INITIAL_WINDOW_SIZE, 1 + stream % 9);
      case "get" -> to.get(stream += 2);
      case "post" -> to.post(stream += 2);
      case "bad-window" -> to.get(stream += 2).window(stream, 0);
      case "closed-data" -> to.get(stream += 2).reset(stream, 8).data(stream, false, "x");
      case "data" -> to.data(stream, false, "x");
      case "empty-data" -> to.data(stream, false, "");
      case "padding" -> to.frame(Http2.DATA, Http2.PADDED, stream, 4, 0, 0, 0, 0);
      case "priority" -> to.frame(Http2.PRIORITY, 0, 1, 0, 0, 0, 0, 16);
      case "window" -> to.window(0, 1);
      case "headers-open" -> to.frame(Http2.HEADERS, Http2.END_STREAM, stream += 2, 0x82, 0x86);
      case "empty-continuation" -> to.frame(Http2.CONTINUATION, 0, stream);
      case "continuation" -> to.frame(Http2.CONTINUATION, 0, stream, 0x40, 1, 'a', 1, 'b');
      case "large-continuation" -> to.frame(Http2.CONTINUATION, 0, stream, new int[16_000]);
      case "bomb" -> bomb(to);
      default -> throw new IllegalArgumentException(frame);
    }
  }

  /** One field of 4000 bytes, and 12,000 references to it: 48 MB of headers in 16 KB. */
  private void bomb(Http2Script to) {
    int[] block = new int[4 + 4003 + 4 + 12_000];
    int at = 0;
    for (int b : new int[] {0x82, 0x86, 0x84, 0x41, 1, 'h', 0x40, 1, 'a', 0x7f, 0xa1, 0x1e}) {
      block[at++] = b;
    }
    for (int i = 0; i < 4000; i++) {
      block[at++] = 'x';
    }
    while (at < block.length) {
      block[at++] = 0xbe;
    }
    to.frame(Http2.HEADERS, Http2.END_HEADERS | Http2.END_STREAM, stream += 2, block);
  }
}
