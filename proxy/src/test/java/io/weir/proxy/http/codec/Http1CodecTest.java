package io.weir.proxy.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.StreamResetReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole exchanges through both HTTP/1 codecs. */
final class Http1CodecTest {
  private final CodecWorker worker = new CodecWorker();
  private final FakeWire wire = new FakeWire();
  private final List<String> events = new ArrayList<>();
  private ResponseEncoder encoder;

  private final Http1ServerCodec server =
      new Http1ServerCodec(
          worker,
          wire,
          given -> {
            encoder = given;
            return new Requests();
          },
          Http1Settings.DEFAULT);

  private final class Requests implements RequestDecoder {
    @Override
    public void decodeHeaders(HeaderMap headers, boolean endStream) {
      events.add("headers " + headers.toString().strip().replace("\n", ", ") + end(endStream));
    }

    @Override
    public void decodeData(Buffer data, boolean endStream) {
      events.add("data " + data.toText() + end(endStream));
    }

    @Override
    public void decodeTrailers(HeaderMap trailers) {
      events.add("trailers " + trailers.toString().strip());
    }

    @Override
    public void sendCodecError(int code, String body, String details) {
      events.add("error " + code + " " + details);
    }
  }

  private static String end(boolean endStream) {
    return endStream ? " END" : "";
  }

  private String receive(String text) {
    return server.dispatch(worker.buffer(text));
  }

  private static HeaderMap response(String status, String... fields) {
    var headers = new HeaderMap();
    headers.add(HeaderName.STATUS, status);
    for (int i = 0; i < fields.length; i += 2) {
      headers.add(fields[i], fields[i + 1]);
    }
    return headers;
  }

  @Test
  void readsRequestsOneAfterTheOther() {
    receive("GET /a HTTP/1.1\r\nHost: h\r\nX-One:  v \r\n\r\nGET /b HTTP/1.1\r\nhost: h\r\n\r\n");
    assertThat(events)
        .containsExactly("headers :authority: h, :path: /a, :method: GET, :scheme: , x-one: v END");
    assertThat(server.hasPending()).isTrue();
    encoder.encodeHeaders(response("200", "content-length", "2"), false);
    encoder.encodeData(worker.buffer("ok"), true);
    assertThat(wire.take()).isEqualTo("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    receive("");
    assertThat(events).hasSize(2);
    assertThat(events.get(1)).contains(":path: /b");
  }

  @Test
  void readsBodiesByLengthAndChunksInAnyPieces() {
    String text =
        "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n"
            + "3;e=1\r\nabc\r\n00a\r\n0123456789\r\n0\r\nt: 1\r\n\r\n";
    for (char c : text.toCharArray()) {
      assertThat(receive(String.valueOf(c))).isNull();
    }
    assertThat(String.join("|", events)).endsWith("|data 9|data  END");
    events.clear();
    encoder.encodeHeaders(response("204"), true);
    assertThat(wire.take()).isEqualTo("HTTP/1.1 204 No Content\r\n\r\n");
    receive("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\nabc");
    assertThat(events.subList(1, 3)).containsExactly("data abc", "data  END");
  }

  @Test
  void framesResponsesWithoutLength() {
    receive("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
    encoder.encodeHeaders(response("200"), false);
    encoder.encodeData(worker.buffer("0123456789abcdef!"), false);
    encoder.encodeData(worker.buffer(""), true);
    assertThat(wire.take())
        .isEqualTo(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                + "11\r\n0123456789abcdef!\r\n0\r\n\r\n");
    receive("HEAD / HTTP/1.1\r\nhost: h\r\n\r\n");
    encoder.encodeHeaders(response("200"), true);
    assertThat(wire.take()).isEqualTo("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    receive("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
    encoder.encodeHeaders(response("404"), true);
    assertThat(wire.take()).isEqualTo("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
  }

  @Test
  void aBodyThatDoesNotFitItsLengthEndsTheConnection() {
    receive("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
    encoder.encodeHeaders(response("200", "content-length", "3"), false);
    encoder.encodeData(worker.buffer("abcdef"), true);
    assertThat(wire.take()).endsWith("\r\n\r\nabc");
    assertThat(wire.closed).isEqualTo("local reset");
  }

  @Test
  void aRequestsBodyIsCutAtItsLengthAndTheNextRequestIsWhole() {
    var client = new Http1ClientCodec(worker, wire, new NoCallbacks(), Http1Settings.DEFAULT);
    var headers = new HeaderMap();
    headers.add(HeaderName.METHOD, "POST");
    headers.add(HeaderName.PATH, "/");
    headers.add(HeaderName.AUTHORITY, "h");
    headers.add(HeaderName.CONTENT_LENGTH, "3");
    RequestEncoder request = client.newStream(new Responses());
    request.encodeHeaders(headers, false);
    request.encodeData(worker.buffer("ab"), false);
    request.encodeData(worker.buffer("cdef"), false);
    request.encodeData(worker.buffer("ghi"), true);
    assertThat(wire.take()).isEqualTo("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\nabc");
    client.dispatch(worker.buffer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    RequestEncoder next = client.newStream(new Responses());
    next.encodeHeaders(headers, false);
    next.encodeData(worker.buffer("xyz"), true);
    assertThat(wire.take()).isEqualTo("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\nxyz");
    assertThat(wire.closed).isEmpty();
  }

  @Test
  void clientSendsRequestsAndReadsResponses() {
    var resets = new ArrayList<StreamResetReason>();
    var client = new Http1ClientCodec(worker, wire, new NoCallbacks(), Http1Settings.DEFAULT);
    RequestEncoder request = client.newStream(new Responses());
    request.stream()
        .addCallbacks(
            new StreamCallbacks() {
              @Override
              public void onResetStream(StreamResetReason reason, String transportFailure) {
                resets.add(reason);
              }

              @Override
              public void onAboveWriteBufferHighWatermark() {}

              @Override
              public void onBelowWriteBufferLowWatermark() {}
            });
    var headers = new HeaderMap();
    headers.add(HeaderName.AUTHORITY, "h");
    headers.add(HeaderName.PATH, "/p?q");
    headers.add(HeaderName.METHOD, "POST");
    headers.add(HeaderName.SCHEME, "http");
    headers.add("x", "1");
    assertThat(request.encodeHeaders(headers, false)).isNull();
    request.encodeData(worker.buffer("hi"), true);
    assertThat(wire.take())
        .isEqualTo(
            "POST /p?q HTTP/1.1\r\nhost: h\r\nx: 1\r\ntransfer-encoding: chunked\r\n\r\n"
                + "2\r\nhi\r\n0\r\n\r\n");
    client.dispatch(
        worker.buffer(
            "HTTP/1.1 103 Early Hints\r\nl: x\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nX-A: b\r\ncontent-length: 2\r\n\r\nok"));
    assertThat(events)
        .containsExactly(
            "1xx :status: 103, l: x",
            "headers :status: 200, x-a: b, content-length: 2",
            "data ok",
            "data  END");
    client.newStream(new Responses());
    events.clear();
    assertThat(client.dispatch(worker.buffer("HTTP/1.1 200 OK\r\n\r\nrest"))).isNull();
    client.onConnectionClosed("");
    assertThat(events).containsExactly("headers :status: 200", "data rest", "data  END");
    assertThat(resets).isEmpty();
  }

  @Test
  void aStreamThatStoppedReadingLeavesAConnectionThatReads() {
    var client = new Http1ClientCodec(worker, wire, new NoCallbacks(), Http1Settings.DEFAULT);
    for (int i = 0; i < 2; i++) {
      RequestEncoder request = client.newStream(new Responses());
      // Nothing stopped it yet: an earlier stream's user may not know that its stream has ended.
      request.stream().readDisable(false);
      assertThat(wire.readDisables).isZero();
      client.dispatch(worker.buffer("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nok"));
      request.stream().readDisable(true);
      request.stream().readDisable(true);
      assertThat(wire.readDisables).isEqualTo(2);
      client.dispatch(worker.buffer("ok"));
      assertThat(wire.readDisables).isZero();
      request.stream().readDisable(true);
      assertThat(wire.readDisables).isZero();
    }
  }

  private static final class NoCallbacks implements ClientCodec.Callbacks {
    @Override
    public void onGoAway() {}

    @Override
    public void onMaxStreamsChanged(int maxStreams) {}
  }

  private final class Responses implements ResponseDecoder {
    @Override
    public void decode1xxHeaders(HeaderMap headers) {
      events.add("1xx " + headers.toString().strip().replace("\n", ", "));
    }

    @Override
    public void decodeHeaders(HeaderMap headers, boolean endStream) {
      events.add("headers " + headers.toString().strip().replace("\n", ", ") + end(endStream));
    }

    @Override
    public void decodeData(Buffer data, boolean endStream) {
      events.add("data " + data.toText() + end(endStream));
    }

    @Override
    public void decodeTrailers(HeaderMap trailers) {
      events.add("trailers " + trailers.toString().strip());
    }
  }
}
