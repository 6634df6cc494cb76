package io.weir.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.proxy.http.codec.Http2Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections with many streams: how they begin, drain, and are given up. */
final class Http2ConnectionManagerTest {
  private final HcmHarness harness = new HcmHarness();
  private final Http2Script script = new Http2Script();
  private final List<HttpFilterCallbacks> calls = new ArrayList<>();

  private HttpFilter silent(HttpFilterCallbacks given) {
    calls.add(given);
    return new HttpFilter() {
      @Override
      public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
        return FilterHeadersStatus.STOP_ITERATION;
      }
    };
  }

  private void open() {
    harness.terminal(this::silent).open();
    script.preface();
    send();
  }

  private List<String> send() {
    harness.send(script.take());
    return frames();
  }

  private List<String> frames() {
    return script.read(harness.receive());
  }

  private void answer(int call) {
    var headers = new HeaderMap();
    headers.add(HeaderName.STATUS, "204");
    calls.get(call).encodeHeaders(headers, true, "via_upstream");
  }

  private long stat(String name) {
    return harness.worker.fake.stats().value("http.test." + name);
  }

  @AfterEach
  void close() {
    harness.disconnect();
  }

  @Test
  void theFirstBytesTellTheProtocol() {
    harness.terminal(this::silent).open();
    harness.send("PRI * H");
    assertThat(stat("downstream_cx_http2_total")).isZero();
    assertThat(stat("downstream_cx_http1_total")).isZero();
    var other = new HcmHarness();
    other.terminal(this::silent).open();
    other.send("PRIVATE / HTTP/1.1\r\nhost: h\r\n\r\n");
    assertThat(other.worker.fake.stats().value("http.test.downstream_cx_http1_total")).isOne();
    other.disconnect();
  }

  @Test
  void streamsThatAreResetAtOnceEndTheConnection() {
    open();
    for (int i = 0; i < 249; i++) {
      script.get(1 + 2 * i).reset(1 + 2 * i, 8);
    }
    send();
    assertThat(harness.closed).isEmpty();
    script.get(499).reset(499, 8);
    send();
    assertThat(harness.closed).isEqualTo("NO_FLUSH");
    assertThat(stat("downstream_rq_too_many_premature_resets")).isOne();
  }

  @Test
  void streamsThatWeMustResetCountToo() {
    open();
    for (int i = 0; i < 250; i++) {
      script.get(1 + 2 * i).window(1 + 2 * i, 0);
    }
    send();
    assertThat(harness.closed).isEqualTo("NO_FLUSH");
  }

  @Test
  void responsesThatNobodyWaitsForCountToo() {
    harness
        .terminal(
            given ->
                new HttpFilter() {
                  @Override
                  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
                    given.sendLocalReply(LocalReply.of(200, "", "direct_response"));
                    return FilterHeadersStatus.STOP_ITERATION;
                  }
                })
        .open();
    script.preface();
    for (int i = 0; i < 250; i++) {
      script.get(1 + 2 * i).reset(1 + 2 * i, 8);
    }
    send();
    assertThat(harness.closed).isEqualTo("NO_FLUSH");
    assertThat(stat("downstream_rq_too_many_premature_resets")).isOne();
  }

  @Test
  void streamsThatLivedForAWhileDoNotCount() {
    open();
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 100; i++) {
        script.get(1 + 2 * (round * 100 + i));
      }
      send();
      harness.advance(1001);
      for (int i = 0; i < 100; i++) {
        script.reset(1 + 2 * (round * 100 + i), 8);
      }
      send();
    }
    assertThat(harness.closed).isEmpty();
  }

  @Test
  void aDrainGivesThePeerTimeToHearOfIt() {
    open();
    harness.draining = true;
    script.get(1).get(3);
    send();
    answer(0);
    assertThat(frames()).contains("GOAWAY 2147483647 0");
    assertThat(stat("downstream_cx_drain_close")).isOne();
    script.get(5);
    send();
    assertThat(calls).hasSize(3);
    harness.advance(5_000);
    assertThat(frames()).containsExactly("GOAWAY 5 0");
    answer(1);
    assertThat(harness.closed).isEmpty();
    answer(2);
    harness.worker.fake.run();
    assertThat(harness.closed).isEqualTo("FLUSH_WRITE_AND_DELAY");
  }

  @Test
  void anIdleConnectionDrains() {
    open();
    script.get(1);
    send();
    answer(0);
    frames();
    harness.advance(3_600_000);
    assertThat(frames()).containsExactly("GOAWAY 2147483647 0");
    harness.advance(5_000);
    assertThat(frames()).containsExactly("GOAWAY 1 0");
    assertThat(harness.closed).isEqualTo("FLUSH_WRITE_AND_DELAY");
  }

  @Test
  void aRequestThatIsNoHttpEndsTheConnection() {
    open();
    script.headers(1, true, ":method", "GET", ":path", "/", ":scheme", "http");
    assertThat(send()).isEmpty();
    assertThat(harness.closed).isEqualTo("FLUSH_WRITE_AND_DELAY");
    assertThat(stat("downstream_cx_protocol_error")).isOne();
  }
}
