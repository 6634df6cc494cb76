package io.weir.proxy.upstream;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.http.codec.ClientCodec;
import io.weir.proxy.http.codec.CodecConnection;
import io.weir.proxy.http.codec.Http1ClientCodec;
import io.weir.proxy.http.codec.Http2ClientCodec;
import io.weir.proxy.http.codec.Http2Stats;
import io.weir.proxy.http.codec.RequestEncoder;
import io.weir.proxy.http.codec.ResponseDecoder;
import io.weir.proxy.http.codec.StreamCallbacks;
import io.weir.proxy.worker.EventLoopWorker;
import org.jspecify.annotations.Nullable;

/** Sends an HTTP request and judges the answer. */
final class HttpProbe implements HealthProbe, ProbeLink.Listener {
  /** What is asked, and what an answer means. */
  interface Script {
    HeaderMap headers();

    byte[] body();

    boolean http2();

    /** Bytes of the answer's body that are looked at. */
    int bodyLimit();

    void judge(HeaderMap headers, byte[] body, @Nullable HeaderMap trailers, Outcome outcome);
  }

  private final Script script;
  private final UpstreamCluster cluster;
  private final EventLoopWorker worker;
  private final ProbeLink link;
  private final Outcome outcome;
  private @Nullable ClientCodec codec;
  private @Nullable Exchange exchange;
  private boolean mustClose;

  HttpProbe(
      Script script,
      UpstreamCluster cluster,
      EventLoopWorker worker,
      ProbeLink link,
      Outcome outcome) {
    this.script = script;
    this.cluster = cluster;
    this.worker = worker;
    this.link = link;
    this.outcome = outcome;
  }

  @Override
  public void send() {
    if (link.connected() && codec != null && !mustClose) {
      ask(codec);
    } else {
      link.connect(this);
    }
  }

  @Override
  public void onConnected() {
    mustClose = false;
    ClientCodec made;
    if (script.http2()) {
      var http2 =
          new Http2ClientCodec(
              worker,
              new Wire(),
              new Events(),
              cluster.config().http2(),
              new Http2Stats(worker.stats(), cluster.config().statPrefix()));
      made = http2;
      http2.start();
    } else {
      made = new Http1ClientCodec(worker, new Wire(), new Events(), cluster.config().http1());
    }
    codec = made;
    ask(made);
  }

  private void ask(ClientCodec over) {
    var current = new Exchange();
    exchange = current;
    RequestEncoder encoder = over.newStream(current);
    encoder.stream().addCallbacks(current);
    byte[] send = script.body();
    if (encoder.encodeHeaders(script.headers(), send.length == 0) != null) {
      abandon();
      outcome.onFailure(Outcome.Failure.ACTIVE);
      return;
    }
    if (send.length > 0) {
      Buffer body = worker.newBuffer();
      body.append(send);
      encoder.encodeData(body, true);
    }
  }

  @Override
  public void onData(NettyBuffer data) {
    if (codec == null) {
      data.release();
    } else if (codec.dispatch(data) != null) {
      abandon();
      outcome.onFailure(Outcome.Failure.NETWORK);
    }
  }

  @Override
  public void onClosed() {
    ClientCodec old = codec;
    codec = null;
    Exchange open = exchange;
    if (old != null) {
      old.onConnectionClosed("");
    }
    if (open == null || !open.judged) {
      exchange = null;
      outcome.onFailure(Outcome.Failure.NETWORK);
    }
  }

  @Override
  public void abandon() {
    exchange = null;
    codec = null;
    link.close();
  }

  private void judge(HeaderMap headers, byte[] body, @Nullable HeaderMap trailers) {
    exchange = null;
    if (mustClose) {
      abandon();
    }
    script.judge(headers, body, trailers, outcome);
  }

  /** One request and its answer. */
  private final class Exchange implements ResponseDecoder, StreamCallbacks {
    private final NettyBuffer body = new NettyBuffer(worker.allocator());
    private @Nullable HeaderMap headers;
    private @Nullable HeaderMap trailers;
    private boolean judged;

    @Override
    public void decode1xxHeaders(HeaderMap informational) {}

    @Override
    public void decodeHeaders(HeaderMap received, boolean endStream) {
      headers = received;
      if (endStream) {
        complete();
      }
    }

    @Override
    public void decodeData(Buffer data, boolean endStream) {
      if (body.length() < script.bodyLimit()) {
        data.moveTo(body);
      } else {
        data.clear();
      }
      if (endStream) {
        complete();
      }
    }

    @Override
    public void decodeTrailers(HeaderMap received) {
      trailers = received;
      complete();
    }

    private void complete() {
      HeaderMap received = headers;
      if (exchange != this || judged || received == null) {
        return;
      }
      judged = true;
      byte[] bytes = body.toByteArray();
      body.release();
      judge(received, bytes, trailers);
    }

    @Override
    public void onResetStream(StreamResetReason reason, String transportFailure) {
      body.release();
      if (exchange == this && !judged) {
        judged = true;
        abandon();
        outcome.onFailure(Outcome.Failure.NETWORK);
      }
    }

    @Override
    public void onAboveWriteBufferHighWatermark() {}

    @Override
    public void onBelowWriteBufferLowWatermark() {}
  }

  private final class Wire implements CodecConnection {
    @Override
    public void write(Buffer data) {
      link.write(((NettyBuffer) data).takeAll());
    }

    @Override
    public void readDisable(boolean disable) {}

    @Override
    public void closeAfterReset(String details) {
      mustClose = true;
    }

    @Override
    public long bufferLimit() {
      return 0;
    }
  }

  private final class Events implements ClientCodec.Callbacks {
    @Override
    public void onGoAway() {
      mustClose = true;
    }

    @Override
    public void onMaxStreamsChanged(int maxStreams) {}
  }
}
