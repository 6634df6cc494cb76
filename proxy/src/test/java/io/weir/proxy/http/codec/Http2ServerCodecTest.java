package io.weir.proxy.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.http.codec.Http1Settings.Underscores;
import io.weir.proxy.http.codec.Http2Settings.KeepAlive;
import io.weir.proxy.http.codec.Http2Settings.Limits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The server's side of HTTP/2, frame by frame. */
final class Http2ServerCodecTest {
  private final List<Http2ServerHarness> harnesses = new ArrayList<>();
  private final Http2ServerHarness peer = new Http2ServerHarness();

  @AfterEach
  void close() {
    harnesses.forEach(each -> each.codec.onConnectionClosed());
  }

  private static Http2Settings settings(
      int streams, int streamWindow, boolean connect, long flush, KeepAlive keepAlive) {
    return new Http2Settings(
        4096,
        streams,
        streamWindow,
        streamWindow * 2,
        connect,
        60 * 1024,
        100,
        false,
        Underscores.ALLOW,
        flush,
        Limits.DEFAULT,
        keepAlive,
        List.of());
  }

  private static Http2ServerHarness with(int streams, int window) {
    return new Http2ServerHarness(settings(streams, window, true, 5000, KeepAlive.NONE));
  }

  private Http2ServerHarness opened(Http2ServerHarness harness) {
    harnesses.add(harness);
    harness.script.preface();
    harness.send().frames();
    return harness;
  }

  @Test
  void aRequestIsAnswered() {
    opened(peer).script.post(1).data(1, true, "abc");
    peer.send();
    assertThat(peer.request(0).events).containsExactly("headers /", "data abc END");
    peer.request(0).answer("hello");
    assertThat(peer.frames()).containsExactly("HEADERS 1 :status: 200", "DATA 1 END hello");
    assertThat(peer.stat("http2.streams_active")).isZero();
  }

  @Test
  void thePrefaceMayComeInPiecesAndMustBeExact() {
    for (char c : Http2Script.PREFACE.toCharArray()) {
      peer.script.raw(String.valueOf(c));
      assertThat(peer.send().failure).isNull();
    }
    assertThat(peer.wire.written).isNotEmpty();
    var other = new Http2ServerHarness();
    other.script.raw("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    assertThat(other.send().failure).isEqualTo("http2.protocol_error");
    assertThat(other.wire.written).isEmpty();
  }

  @Test
  void framesMayComeByteByByte() {
    opened(peer).script.post(1).data(1, true, "abc");
    for (char c : peer.script.take().toCharArray()) {
      peer.script.raw(String.valueOf(c));
      peer.send();
    }
    assertThat(peer.request(0).events).containsExactly("headers /", "data abc END");
  }

  @Test
  void aResponseMadeAtOnceWaitsForWhatCameWithTheRequest() {
    peer.answerAtOnce = true;
    opened(peer).script.get(1).reset(1, Http2.CANCEL).get(3);
    assertThat(peer.send().frames()).containsExactly("HEADERS 3 :status: 200", "DATA 3 END hello");
  }

  @Test
  void aPeerThatSendsOnAfterTheResponseIsStopped() {
    peer.answerAtOnce = true;
    opened(peer).script.post(1);
    assertThat(peer.send().frames()).hasSize(2);
    peer.script.data(1, false, "more");
    assertThat(peer.send().frames()).containsExactly("RST_STREAM 1 0");
    peer.script.data(1, true, "still under way");
    assertThat(peer.send().frames()).isEmpty();
  }

  @Test
  void aPeerWithNothingMoreToSayIsStoppedInTheEnd() {
    peer.answerAtOnce = true;
    opened(peer).script.post(1);
    peer.send().frames();
    peer.worker.fake.advance(1001);
    assertThat(peer.frames()).containsExactly("RST_STREAM 1 0");
    assertThat(peer.stat("http2.streams_active")).isZero();
  }

  @Test
  void bodiesKeepToTheWindows() {
    opened(peer).script.setting(Http2.INITIAL_WINDOW_SIZE, 3).get(1);
    peer.send();
    peer.request(0).answer("hello");
    assertThat(peer.frames()).containsExactly("HEADERS 1 :status: 200", "DATA 1 hel");
    peer.script.window(1, 1);
    assertThat(peer.send().frames()).containsExactly("DATA 1 l");
    peer.script.setting(Http2.INITIAL_WINDOW_SIZE, 10);
    assertThat(peer.send().frames()).containsExactly("DATA 1 END o");
  }

  @Test
  void streamsThatWaitForTheConnectionTakeTurns() {
    opened(peer).script.setting(Http2.INITIAL_WINDOW_SIZE, 1 << 20).get(1).get(3).get(5);
    peer.send();
    peer.request(0).answer("a".repeat(65_535 + 40_000));
    peer.request(1).answer("b".repeat(20_000));
    peer.request(2).answer("c");
    peer.frames();
    peer.script.window(0, 100_000);
    List<String> turns =
        peer.send().frames().stream().map(f -> f.substring(0, Math.min(9, f.length()))).toList();
    assertThat(turns.subList(0, 3)).containsExactly("DATA 1 aa", "DATA 3 bb", "DATA 5 EN");
    assertThat(turns).contains("DATA 3 EN").endsWith("DATA 1 EN");
  }

  @Test
  void trailersFollowTheBodyThatWaits() {
    opened(peer).script.setting(Http2.INITIAL_WINDOW_SIZE, 0).get(1);
    peer.send();
    peer.request(0).headers("200", false);
    peer.request(0).data("x", false);
    var trailers = new HeaderMap();
    trailers.add("grpc-status", "0");
    peer.request(0).encoder.encodeTrailers(trailers);
    assertThat(peer.frames()).containsExactly("HEADERS 1 :status: 200");
    peer.script.window(1, 9);
    assertThat(peer.send().frames()).containsExactly("DATA 1 x", "HEADERS 1 END grpc-status: 0");
  }

  @Test
  void windowsAreGivenBackWhenBytesAreConsumed() {
    var small = opened(with(10, 65_535));
    small.script.post(1);
    small.send();
    var request = small.request(0);
    request.encoder.stream().readDisable(true);
    small.script.data(1, false, "x".repeat(16_384)).data(1, false, "x".repeat(16_384));
    small.script.data(1, false, "x".repeat(16_384));
    small.send();
    assertThat(request.events).containsExactly("headers /");
    assertThat(small.frames()).isEmpty();
    request.encoder.stream().readDisable(false);
    assertThat(small.frames()).containsExactly("WINDOW 1 49152");
  }

  @Test
  void aPeerThatOverrunsAWindowIsRefused() {
    var small = opened(with(10, 65_535));
    small.script.post(1);
    small.send();
    small.request(0).encoder.stream().readDisable(true);
    for (int i = 0; i < 5; i++) {
      small.script.data(1, false, "x".repeat(16_384));
    }
    assertThat(small.send().failure).isNotNull();
    assertThat(small.frames()).containsExactly("GOAWAY 1 3");
  }

  @Test
  void moreStreamsThanAllowedAreRefused() {
    var few = opened(with(2, 65_535));
    few.script.get(1).get(3).get(5);
    assertThat(few.send().frames()).containsExactly("RST_STREAM 5 7");
    assertThat(few.stat("http2.stream_refused_errors")).isOne();
    few.request(0).answer("a");
    few.frames();
    few.script.get(7);
    few.send();
    assertThat(few.requests).hasSize(3);
  }

  @Test
  void watermarksFollowWhatWaitsInAStream() {
    opened(peer).script.setting(Http2.INITIAL_WINDOW_SIZE, 0).get(1);
    peer.send();
    var request = peer.request(0);
    request.headers("200", false);
    request.data("x".repeat(1001), false);
    assertThat(request.events).endsWith("above");
    peer.script.window(1, 600);
    peer.send();
    assertThat(request.events).endsWith("below");
  }

  @Test
  void extendedConnectIsAnUpgradeForFilters() {
    var open = opened(with(10, 65_535));
    String[] fields = {
      ":method",
      "CONNECT",
      ":protocol",
      "websocket",
      ":scheme",
      "http",
      ":path",
      "/ws",
      ":authority",
      "h"
    };
    open.script.headers(1, false, fields).data(1, false, "frame");
    open.send();
    assertThat(open.request(0).events).containsExactly("headers /ws", "data frame");
    open.request(0).headers("101", false);
    assertThat(open.frames()).containsExactly("HEADERS 1 :status: 200");
    opened(peer).script.headers(1, false, fields);
    assertThat(peer.send().failure).isEqualTo("http2.violation.of.messaging.rule");
  }

  @Test
  void goAwayRefusesStreamsAndTellsWhenTheLastIsSent() {
    opened(peer).script.get(1);
    peer.send();
    peer.codec.shutdownNotice();
    peer.codec.goAway();
    peer.script.get(3);
    assertThat(peer.send().frames()).containsExactly("GOAWAY 2147483647 0", "GOAWAY 1 0");
    assertThat(peer.requests).hasSize(1);
    assertThat(peer.codec.hasUnsent()).isTrue();
    peer.request(0).answer("a");
    assertThat(peer.codec.hasUnsent()).isFalse();
  }

  @Test
  void framesOnAStreamThatThePeerResetAreItsFault() {
    opened(peer).script.post(1).reset(1, Http2.CANCEL).data(1, false, "x");
    assertThat(peer.send().frames()).containsExactly("RST_STREAM 1 5");
    assertThat(peer.request(0).events).endsWith("reset REMOTE_RESET http2.remote_reset");
  }

  @Test
  void framesOnAStreamThatWeResetAreIgnored() {
    opened(peer).script.post(1);
    peer.send();
    peer.request(0).encoder.stream().resetStream(StreamResetReason.LOCAL_RESET);
    assertThat(peer.frames()).containsExactly("RST_STREAM 1 2");
    peer.script.data(1, false, "x").headers(1, true, "x-a", "b").window(1, 5);
    assertThat(peer.send().frames()).isEmpty();
    assertThat(peer.failure).isNull();
  }

  @Test
  void aResponseThatNobodyTakesIsGivenUp() {
    var impatient = opened(with(10, 65_535));
    impatient.script.setting(Http2.INITIAL_WINDOW_SIZE, 0).get(1);
    impatient.send();
    impatient.request(0).answer("hello");
    impatient.frames();
    impatient.worker.fake.advance(5001);
    assertThat(impatient.frames()).containsExactly("RST_STREAM 1 2");
    assertThat(impatient.stat("http2.tx_flush_timeout")).isOne();
    assertThat(impatient.stat("http2.pending_send_bytes")).isZero();
  }

  @Test
  void aPeerThatDoesNotAnswerPingsIsGivenUp() {
    var alive =
        opened(
            new Http2ServerHarness(settings(10, 65_535, false, 0, new KeepAlive(1000, 500, 0, 0))));
    alive.script.get(1);
    alive.send();
    alive.worker.fake.advance(1000);
    assertThat(alive.frames()).containsExactly("PING");
    alive.script.frame(Http2.PING, Http2.ACK, 0, new int[8]);
    alive.send();
    alive.worker.fake.advance(1000);
    assertThat(alive.frames()).containsExactly("PING");
    assertThat(alive.wire.closed).isEmpty();
    alive.worker.fake.advance(500);
    assertThat(alive.wire.closed).isEqualTo("http2.ping_timeout");
    assertThat(alive.request(0).events).endsWith("reset CONNECTION_TERMINATION ");
    assertThat(alive.stat("http2.keepalive_timeout")).isOne();
  }

  @Test
  void aBodyThatIsNotWhatWasAnnouncedResetsItsStream() {
    opened(peer)
        .script
        .headers(
            1,
            false,
            ":method",
            "POST",
            ":scheme",
            "http",
            ":path",
            "/",
            ":authority",
            "h",
            "content-length",
            "3")
        .data(1, true, "four");
    assertThat(peer.send().frames()).containsExactly("RST_STREAM 1 1");
    assertThat(peer.failure).isNull();
  }

  @Test
  void whatTheConnectionTakesWithItIsTold() {
    opened(peer).script.post(1);
    peer.send();
    peer.codec.onConnectionClosed();
    assertThat(peer.request(0).events).endsWith("reset CONNECTION_TERMINATION ");
    assertThat(peer.stat("http2.streams_active")).isZero();
  }
}
