package io.weir.proxy.http.codec;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server codec whose peer is a script, and whose application is the test. */
final class Http2ServerHarness implements ServerCodec.Callbacks {
  final CodecWorker worker = new CodecWorker();
  final Wire wire = new Wire();
  final Http2Script script = new Http2Script();
  final List<Request> requests = new ArrayList<>();
  final Http2ServerCodec codec;
  @Nullable String failure;
  boolean answerAtOnce;

  /** What a request brought so far. */
  final class Request implements RequestDecoder, StreamCallbacks {
    final ResponseEncoder encoder;
    final List<String> events = new ArrayList<>();

    Request(ResponseEncoder encoder) {
      this.encoder = encoder;
      encoder.stream().addCallbacks(this);
    }

    void answer(String body) {
      headers("200", false);
      data(body, true);
    }

    void headers(String status, boolean end) {
      var headers = new HeaderMap();
      headers.add(HeaderName.STATUS, status);
      encoder.encodeHeaders(headers, end);
    }

    void data(String body, boolean end) {
      NettyBuffer buffer = worker.buffer(body);
      encoder.encodeData(buffer, end);
      buffer.release();
    }

    @Override
    public void decodeHeaders(HeaderMap headers, boolean endStream) {
      events.add("headers " + headers.get(HeaderName.PATH) + (endStream ? " END" : ""));
      if (answerAtOnce) {
        answer("hello");
      }
    }

    @Override
    public void decodeData(Buffer data, boolean endStream) {
      events.add("data " + new String(data.toByteArray()) + (endStream ? " END" : ""));
    }

    @Override
    public void decodeTrailers(HeaderMap trailers) {
      events.add("trailers " + trailers.toString().strip());
    }

    @Override
    public void sendCodecError(int code, String body, String details) {
      events.add("error " + code);
    }

    @Override
    public void onResetStream(StreamResetReason reason, String details) {
      events.add("reset " + reason + " " + details);
    }

    @Override
    public void onAboveWriteBufferHighWatermark() {
      events.add("above");
    }

    @Override
    public void onBelowWriteBufferLowWatermark() {
      events.add("below");
    }
  }

  /** A connection whose peer may have stopped reading. */
  static final class Wire implements CodecConnection {
    final StringBuilder written = new StringBuilder();
    boolean peerReads = true;
    String closed = "";
    private long unsent;

    @Override
    public void write(Buffer data) {
      unsent += peerReads ? 0 : data.length();
      byte[] bytes = data.toByteArray();
      data.drain(bytes.length);
      written.append(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    @Override
    public long unsentBytes() {
      return unsent;
    }

    @Override
    public void readDisable(boolean disable) {}

    @Override
    public void closeAfterReset(String details) {
      closed = details;
    }

    @Override
    public long bufferLimit() {
      return 1000;
    }
  }

  Http2ServerHarness(Http2Settings settings) {
    codec = new Http2ServerCodec(worker, wire, this, settings, new Http2Stats(worker.stats(), ""));
  }

  Http2ServerHarness() {
    this(Http2Settings.DEFAULT);
  }

  @Override
  public RequestDecoder newStream(ResponseEncoder encoder) {
    var request = new Request(encoder);
    requests.add(request);
    return request;
  }

  Request request(int index) {
    return requests.get(index);
  }

  /** Sends what the script has gathered, in one piece. */
  Http2ServerHarness send() {
    NettyBuffer buffer = worker.buffer(script.take());
    failure = codec.dispatch(buffer);
    buffer.release();
    return this;
  }

  /** The codec's frames since the last call. */
  List<String> frames() {
    String text = wire.written.toString();
    wire.written.setLength(0);
    return script.read(text);
  }

  long stat(String name) {
    return worker.fake.stats().value(name);
  }
}
