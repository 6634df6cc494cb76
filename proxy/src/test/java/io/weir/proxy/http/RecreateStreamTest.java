package io.weir.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.FilterState.LifeSpan;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.proxy.http.codec.Http1Settings;
import io.weir.proxy.http.codec.Http1Settings.HeaderCase;
import io.weir.proxy.http.codec.Http1Settings.Underscores;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A stream that starts over: what it keeps, and when that is refused. */
final class RecreateStreamTest {
  private final HcmHarness harness = new HcmHarness();
  private final List<String> events = new ArrayList<>();
  private int streams;

  /** Holds the request until it is complete, then starts over once; answers the second time. */
  private HttpFilter terminal(HttpFilterCallbacks given) {
    int stream = ++streams;
    return new HttpFilter() {
      @Override
      public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
        events.add(
            stream
                + " headers "
                + headers.get(HeaderName.PATH)
                + (endStream ? " end" : "")
                + " chain="
                + given.streamInfo().filterState().get("chain")
                + " request="
                + given.streamInfo().filterState().get("request"));
        if (endStream) {
          complete(given, stream);
        }
        return FilterHeadersStatus.STOP_ITERATION;
      }

      @Override
      public FilterDataStatus decodeData(Buffer data, boolean endStream) {
        events.add(stream + " data " + data.toText() + (endStream ? " end" : ""));
        if (stream == 1) {
          given.addDecodedData(data, true);
        }
        if (endStream) {
          complete(given, stream);
        }
        return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
      }

      @Override
      public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
        events.add(stream + " trailers " + trailers.get(HeaderName.of("t")));
        complete(given, stream);
        return FilterTrailersStatus.STOP_ITERATION;
      }

      @Override
      public void onStreamComplete() {
        events.add(stream + " complete " + given.streamInfo().responseCodeDetails());
      }

      @Override
      public void onDestroy() {
        events.add(stream + " destroy");
      }
    };
  }

  private void complete(HttpFilterCallbacks given, int stream) {
    if (stream == 1) {
      var state = given.streamInfo().filterState();
      state.set("chain", "c", false, LifeSpan.FILTER_CHAIN, false);
      state.set("request", "r", false, LifeSpan.REQUEST, false);
      HeaderMap headers = given.requestHeaders();
      headers.set(HeaderName.PATH, "/second");
      assertThat(given.recreateStream(null)).isTrue();
      assertThat(given.recreateStream(null)).as("of a stream that is gone").isFalse();
      return;
    }
    answer(given);
  }

  private static void answer(HttpFilterCallbacks given) {
    var response = new HeaderMap();
    response.add(HeaderName.STATUS, "200");
    response.add(HeaderName.CONTENT_LENGTH, "0");
    given.encodeHeaders(response, true, "via_upstream");
  }

  @Test
  void startsOverWithoutABody() {
    harness.terminal(this::terminal).open().send("GET /first HTTP/1.1\r\nhost: h\r\n\r\n");
    assertThat(events)
        .containsExactly(
            "1 headers /first end chain=null request=null",
            "1 complete internal_redirect",
            "1 destroy",
            "2 headers /second end chain=null request=r",
            "2 complete via_upstream",
            "2 destroy");
    assertThat(harness.receive()).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(harness.closed).isEmpty();
  }

  @Test
  void keepsBodyAndTrailers() {
    harness.http1 =
        new Http1Settings(
            60 * 1024, 100, true, false, "", HeaderCase.LOWER, Underscores.ALLOW, true, false);
    harness
        .terminal(this::terminal)
        .open()
        .send(
            "POST /first HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n2\r\nde\r\n0\r\nt: 1\r\n\r\n");
    assertThat(events)
        .containsSubsequence("1 destroy", "2 data abcde", "2 trailers 1", "2 destroy");
    assertThat(harness.receive()).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @Test
  void theConnectionServesTheNextRequest() {
    harness.terminal(this::terminal).open().send("GET /first HTTP/1.1\r\nhost: h\r\n\r\n");
    harness.receive();
    harness.send("GET /third HTTP/1.1\r\nhost: h\r\n\r\n");
    assertThat(events).contains("3 headers /third end chain=null request=null");
    assertThat(harness.receive()).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @Test
  void anUnfinishedRequestOrABegunResponseRefuses() {
    var results = new ArrayList<Boolean>();
    harness
        .terminal(
            given ->
                new HttpFilter() {
                  @Override
                  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
                    results.add(given.recreateStream(null));
                    return FilterHeadersStatus.STOP_ITERATION;
                  }

                  @Override
                  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
                    if (endStream) {
                      answer(given);
                      results.add(given.recreateStream(null));
                    }
                    return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
                  }
                })
        .open()
        .send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 1\r\n\r\n");
    harness.send("x");
    assertThat(results).containsExactly(false, false);
    assertThat(harness.receive()).startsWith("HTTP/1.1 200 OK\r\n");
  }

  /** A filter in front that starts over while its own callback runs. */
  @Test
  void aFilterInFrontMayStartOver() {
    harness
        .filter(
            "front",
            given ->
                new HttpFilter() {
                  @Override
                  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
                    if (headers.valueEquals(HeaderName.PATH, "/first")) {
                      headers.set(HeaderName.PATH, "/changed");
                      given.recreateStream(null);
                    }
                    return FilterHeadersStatus.CONTINUE;
                  }
                })
        .terminal(this::answering)
        .open()
        .send("GET /first HTTP/1.1\r\nhost: h\r\n\r\n");
    assertThat(events).containsExactly("answered /changed");
  }

  private HttpFilter answering(HttpFilterCallbacks given) {
    return new HttpFilter() {
      @Override
      public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
        @Nullable String path = headers.get(HeaderName.PATH);
        events.add("answered " + path);
        answer(given);
        return FilterHeadersStatus.STOP_ITERATION;
      }
    };
  }
}
