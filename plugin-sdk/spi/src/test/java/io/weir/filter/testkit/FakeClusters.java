package io.weir.filter.testkit;

import io.weir.filter.Timer;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.ClusterClient;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpCall;
import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.HttpStream;
import io.weir.filter.http.HttpStreamListener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Clusters that record call-outs; the test answers them through the recorded listeners. */
public final class FakeClusters implements ClusterClient {
  /** Names of the clusters that exist. */
  public final Set<String> names = new HashSet<>(Set.of("upstream"));

  public final List<Call> calls = new ArrayList<>();
  public final List<Stream> streams = new ArrayList<>();
  private final FakeWorker worker;

  FakeClusters(FakeWorker worker) {
    this.worker = worker;
  }

  /** A unary call-out. */
  public static final class Call implements HttpCall {
    public final String cluster;
    public final HeaderMap headers;
    public final byte[] body;
    public final HeaderMap trailers;
    public final CallOptions options;
    public final HttpCallListener listener;
    public boolean cancelled;

    Call(
        String cluster,
        HeaderMap headers,
        byte[] body,
        HeaderMap trailers,
        CallOptions options,
        HttpCallListener listener) {
      this.cluster = cluster;
      this.headers = headers;
      this.body = body;
      this.trailers = trailers;
      this.options = options;
      this.listener = listener;
    }

    /** Answers with a status and a text. */
    public void respond(int status, String body) {
      var headers = new HeaderMap();
      headers.add(":status", Integer.toString(status));
      listener.onResponse(headers, HeapBuffer.of(body), null);
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  /** A call-out stream. */
  public static final class Stream implements HttpStream {
    public final String cluster;
    public final HttpStreamListener listener;
    public final CallOptions options;
    public HeaderMap headers;
    public final HeapBuffer data = new HeapBuffer();
    public HeaderMap trailers;
    public boolean ended;
    public boolean wasReset;
    public int readDisabled;

    Stream(String cluster, HttpStreamListener listener, CallOptions options) {
      this.cluster = cluster;
      this.listener = listener;
      this.options = options;
    }

    /** Answers a unary gRPC call; no message unless the status is 0. */
    public void respondGrpc(int status, byte[] message) {
      var head = new HeaderMap();
      head.add(":status", "200");
      head.add("content-type", "application/grpc");
      var trailers = new HeaderMap();
      trailers.add("grpc-status", Integer.toString(status));
      if (status != 0) {
        head.addAll(trailers);
        listener.onHeaders(head, true);
        return;
      }
      listener.onHeaders(head, false);
      byte[] frame = new byte[5 + message.length];
      java.nio.ByteBuffer.wrap(frame).position(1).putInt(message.length).put(message);
      listener.onData(HeapBuffer.of(frame), false);
      listener.onTrailers(trailers);
      listener.onComplete();
    }

    @Override
    public void sendHeaders(HeaderMap headers, boolean endStream) {
      this.headers = headers;
      ended = endStream;
    }

    @Override
    public void sendData(Buffer data, boolean endStream) {
      data.moveTo(this.data);
      ended = endStream;
    }

    @Override
    public void sendTrailers(HeaderMap trailers) {
      this.trailers = trailers;
      ended = true;
    }

    @Override
    public void reset() {
      wasReset = true;
    }

    @Override
    public boolean aboveWriteBufferHighWatermark() {
      return false;
    }

    @Override
    public void readDisable(boolean disable) {
      readDisabled += disable ? 1 : -1;
    }
  }

  @Override
  public boolean hasCluster(String name) {
    return names.contains(name);
  }

  @Override
  public HttpStream startStream(String cluster, HttpStreamListener listener, CallOptions options) {
    if (!names.contains(cluster)) {
      return null;
    }
    var stream = new Stream(cluster, listener, options);
    streams.add(stream);
    return stream;
  }

  @Override
  public HttpCall call(
      String cluster,
      HeaderMap headers,
      byte[] body,
      HeaderMap trailers,
      CallOptions options,
      HttpCallListener listener) {
    if (!names.contains(cluster)) {
      return null;
    }
    var call = new Call(cluster, headers, body, trailers, options, listener);
    calls.add(call);
    return call;
  }

  @Override
  public Timer newTimer(Runnable task) {
    return worker.newTimer(task);
  }
}
