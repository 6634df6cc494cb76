package io.weir.proxy.upstream;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpCall;
import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.HttpStream;
import io.weir.filter.http.HttpStreamListener;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.worker.EventLoopWorker;
import org.jspecify.annotations.Nullable;

/** A call-out with a whole request and a whole response. Belongs to one worker. */
final class UnaryCall implements HttpCall, HttpStreamListener {
  private final HttpCallListener listener;
  private final long bufferLimit;
  private final NettyBuffer body;
  private @Nullable HttpStream stream;
  private @Nullable HeaderMap headers;
  private @Nullable HeaderMap trailers;
  private boolean done;

  /**
   * @param bufferLimit bytes of the body that are kept, 0 for no limit
   */
  UnaryCall(EventLoopWorker worker, HttpCallListener listener, long bufferLimit) {
    this.listener = listener;
    this.bufferLimit = bufferLimit;
    this.body = new NettyBuffer(worker.allocator());
  }

  void start(
      HttpStream opened,
      HeaderMap requestHeaders,
      byte @Nullable [] requestBody,
      @Nullable HeaderMap requestTrailers) {
    stream = opened;
    byte[] payload = requestBody == null ? new byte[0] : requestBody;
    opened.sendHeaders(requestHeaders, payload.length == 0 && requestTrailers == null);
    if (payload.length > 0 && !done) {
      body.append(payload);
      opened.sendData(body, requestTrailers == null);
      body.release();
    }
    if (requestTrailers != null && !done) {
      opened.sendTrailers(requestTrailers);
    }
  }

  @Override
  public void cancel() {
    if (!done) {
      finish();
      if (stream != null) {
        stream.reset();
      }
    }
  }

  @Override
  public void onHeaders(HeaderMap received, boolean endStream) {
    headers = received;
  }

  @Override
  public void onData(Buffer data, boolean endStream) {
    data.moveTo(body);
    if (bufferLimit > 0 && body.length() > bufferLimit && !done) {
      cancel();
      listener.onFailure(StreamResetReason.OVERFLOW);
    }
  }

  @Override
  public void onTrailers(HeaderMap received) {
    trailers = received;
  }

  @Override
  public void onComplete() {
    if (done || headers == null) {
      return;
    }
    done = true;
    listener.onResponse(headers, body, trailers);
    body.release();
  }

  @Override
  public void onReset(StreamResetReason reason, String details) {
    if (!done) {
      finish();
      listener.onFailure(reason);
    }
  }

  private void finish() {
    done = true;
    body.release();
  }
}
