package io.weir.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.proxy.http.HcmConfig.TimeoutOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests through codec, connection manager and filters. */
final class HttpConnectionManagerTest {
  private static final String GET = "GET /a HTTP/1.1\r\nhost: h\r\n\r\n";
  private final HcmHarness harness = new HcmHarness();
  private final List<HttpFilterCallbacks> callbacks = new ArrayList<>();

  /** Echoes the request's body, or says which path was asked for. */
  private HttpFilter echo(HttpFilterCallbacks given) {
    callbacks.add(given);
    return new HttpFilter() {
      @Override
      public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
        var response = new HeaderMap();
        response.add(HeaderName.STATUS, "200");
        if (endStream) {
          byte[] body = headers.get(HeaderName.PATH).getBytes();
          response.add(HeaderName.CONTENT_LENGTH, Integer.toString(body.length));
          given.encodeHeaders(response, false, "via_upstream");
          given.encodeData(harness.worker.buffer(headers.get(HeaderName.PATH)), true);
        } else {
          given.encodeHeaders(response, false, "via_upstream");
        }
        return FilterHeadersStatus.STOP_ITERATION;
      }

      @Override
      public FilterDataStatus decodeData(Buffer data, boolean endStream) {
        given.encodeData(data, endStream);
        return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
      }

      @Override
      public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
        given.encodeTrailers(trailers);
        return FilterTrailersStatus.STOP_ITERATION;
      }
    };
  }

  private static HttpFilter silent(HttpFilterCallbacks given) {
    return new HttpFilter() {
      @Override
      public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
        return FilterHeadersStatus.STOP_ITERATION;
      }
    };
  }

  @Test
  void answersAndKeepsTheConnection() {
    harness.terminal(this::echo).open();
    harness.send(GET);
    assertThat(harness.receive()).isEqualTo("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n/a");
    harness.send("GET /b HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
    assertThat(harness.receive())
        .isEqualTo("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n/b");
    assertThat(harness.closed).isEqualTo("FLUSH_WRITE");
  }

  @Test
  void streamsBodiesBothWays() {
    harness.terminal(this::echo).open();
    harness.send("POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
    assertThat(harness.receive())
        .endsWith("close\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
    harness.send("2\r\nde\r\n0\r\n\r\n");
    assertThat(harness.receive()).isEqualTo("2\r\nde\r\n0\r\n\r\n");
  }

  @Test
  void answersPipelinedRequestsInOrder() {
    harness.terminal(this::echo).open();
    harness.send(GET + GET.replace("/a", "/bb") + "GET /");
    assertThat(harness.receive()).containsSubsequence("\r\n\r\n/a", "\r\n\r\n/bb");
    harness.send("c HTTP/1.1\r\nhost: h\r\n\r\n");
    assertThat(harness.receive()).endsWith("/c");
  }

  @Test
  void pausesAndResumes() {
    var held = new ArrayList<HttpFilterCallbacks>();
    harness
        .filter(
            "pause",
            given ->
                new HttpFilter() {
                  @Override
                  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
                    held.add(given);
                    return FilterHeadersStatus.STOP_ALL_ITERATION_AND_BUFFER;
                  }
                })
        .terminal(this::echo)
        .open();
    harness.send(GET + GET);
    assertThat(harness.receive()).isEmpty();
    assertThat(harness.readDisables).isEqualTo(1);
    held.removeFirst().continueDecoding();
    assertThat(harness.receive()).endsWith("/a");
    harness.worker.fake.run();
    assertThat(harness.readDisables).isZero();
    assertThat(held).hasSize(1);
  }

  @Test
  void refusesBadRequestsOnceAndCloses() {
    harness.terminal(this::echo).open();
    harness.send("GET / HTTP/1.1\r\nbad name: x\r\n\r\n" + GET);
    assertThat(harness.receive())
        .isEqualTo(
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 11\r\ncontent-type: text/plain\r\n"
                + "connection: close\r\n\r\nBad Request");
    assertThat(harness.closed).isEqualTo("FLUSH_WRITE_AND_DELAY");
  }

  @Test
  void localRepliesRunThroughTheEncoderChain() {
    harness
        .filter(
            "mark",
            given ->
                new HttpFilter() {
                  @Override
                  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
                    headers.add("x-marked", "1");
                    return FilterHeadersStatus.CONTINUE;
                  }
                })
        .filter(
            "deny",
            given ->
                new HttpFilter() {
                  @Override
                  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
                    given.sendLocalReply(LocalReply.of(403, "no", "denied"));
                    return FilterHeadersStatus.STOP_ITERATION;
                  }
                })
        .terminal(this::echo)
        .open();
    harness.send(GET);
    assertThat(harness.receive())
        .isEqualTo(
            "HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\ncontent-type: text/plain\r\n"
                + "x-marked: 1\r\n\r\nno");
    assertThat(harness.closed).isEmpty();
  }

  @Test
  void timesOutStreamsAndConnections() {
    harness.timeouts = new TimeoutOptions(1_000, 500, 300, 0, 5_000, 0, 5_000, 1_000);
    harness.terminal(HttpConnectionManagerTest::silent).open();
    harness.send(GET);
    harness.advance(999);
    assertThat(harness.receive()).isEmpty();
    harness.advance(1);
    assertThat(harness.receive()).startsWith("HTTP/1.1 504 ").endsWith("stream timeout");
    harness.send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 5\r\n\r\nab");
    harness.advance(500);
    assertThat(harness.receive()).startsWith("HTTP/1.1 408 ").endsWith("request timeout");
    assertThat(harness.closed).isNotEmpty();
  }

  @Test
  void timesOutSlowHeads() {
    harness.timeouts = new TimeoutOptions(1_000, 0, 300, 0, 5_000, 0, 5_000, 1_000);
    harness.terminal(HttpConnectionManagerTest::silent).open();
    harness.send("GET / HT");
    harness.advance(200);
    harness.send("TP/1.1\r\n");
    harness.advance(100);
    assertThat(harness.receive()).startsWith("HTTP/1.1 408 ").endsWith("request header timeout");
  }

  @Test
  void closesIdleConnections() {
    harness.terminal(this::echo).open();
    harness.advance(3_600_000);
    assertThat(harness.closed).isEqualTo("FLUSH_WRITE");
  }

  @Test
  void aClientThatLeavesEndsTheStream() {
    var ends = new ArrayList<String>();
    harness
        .terminal(
            given ->
                new HttpFilter() {
                  @Override
                  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
                    return FilterHeadersStatus.STOP_ITERATION;
                  }

                  @Override
                  public void onStreamComplete() {
                    ends.add("complete " + given.streamInfo().responseCodeDetails());
                  }

                  @Override
                  public void onDestroy() {
                    ends.add("destroy");
                  }
                })
        .open();
    harness.send(GET);
    harness.disconnect();
    assertThat(ends).containsExactly("complete downstream_remote_disconnect", "destroy");
  }
}
