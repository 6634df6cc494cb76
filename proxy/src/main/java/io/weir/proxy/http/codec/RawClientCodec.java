package io.weir.proxy.http.codec;

import io.weir.filter.Protocol;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT that ends here: the request's body goes to the host as it is, what the host sends is the
 * response's body. The one stream of a connection is the connection.
 */
public final class RawClientCodec implements ClientCodec, RequestEncoder, CodecStream {
  private final Worker worker;
  private final CodecConnection connection;
  private final StreamListeners listeners = new StreamListeners();
  private final NettyBuffer in;
  private @Nullable ResponseDecoder decoder;
  private boolean answered;
  private boolean requestEnded;
  private boolean responseEnded;

  public RawClientCodec(Worker worker, CodecConnection connection) {
    this.worker = worker;
    this.connection = connection;
    this.in = (NettyBuffer) worker.newBuffer();
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP_11;
  }

  @Override
  public RequestEncoder newStream(ResponseDecoder user) {
    decoder = user;
    return this;
  }

  // ---- to the host

  @Override
  public @Nullable String encodeHeaders(HeaderMap headers, boolean endStream) {
    // Later: whoever sends the request is not ready for its answer yet.
    worker.execute(this::answer);
    if (endStream) {
      endRequest();
    }
    return null;
  }

  @Override
  public void encodeData(Buffer data, boolean endStream) {
    connection.write(data);
    if (endStream) {
      endRequest();
    }
  }

  @Override
  public void encodeTrailers(HeaderMap trailers) {
    endRequest();
  }

  private void endRequest() {
    requestEnded = true;
    connection.endOutput();
  }

  // ---- from the host

  /** The connection stands: that is all that CONNECT asks for. */
  private void answer() {
    ResponseDecoder user = decoder;
    if (answered || user == null) {
      return;
    }
    answered = true;
    var headers = new HeaderMap(256, 8);
    headers.add(HeaderName.STATUS, "200");
    user.decodeHeaders(headers, false);
    if (in.length() > 0) {
      dispatch((NettyBuffer) worker.newBuffer());
    }
  }

  @Override
  public @Nullable String dispatch(NettyBuffer data) {
    data.moveTo(in);
    ResponseDecoder user = decoder;
    if (user == null) {
      in.release();
    } else if (answered && in.length() > 0) {
      user.decodeData(in, false);
      in.release();
    }
    return null;
  }

  @Override
  public void onPeerEnded() {
    answer();
    ResponseDecoder user = decoder;
    if (user != null && !responseEnded) {
      responseEnded = true;
      user.decodeData(in, true);
      in.release();
    }
  }

  @Override
  public void onConnectionClosed(String transportFailure) {
    in.release();
    if (decoder != null) {
      decoder = null;
      if (!(requestEnded && responseEnded)) {
        listeners.reset(StreamResetReason.CONNECTION_TERMINATION, transportFailure);
      }
    }
  }

  @Override
  public void onConnectionAboveWriteBufferHighWatermark() {
    listeners.aboveHighWatermark();
  }

  @Override
  public void onConnectionBelowWriteBufferLowWatermark() {
    listeners.belowLowWatermark();
  }

  // ---- the stream

  @Override
  public CodecStream stream() {
    return this;
  }

  @Override
  public void addCallbacks(StreamCallbacks added) {
    listeners.add(added);
  }

  @Override
  public void removeCallbacks(StreamCallbacks removed) {
    listeners.remove(removed);
  }

  @Override
  public void resetStream(StreamResetReason reason) {
    if (decoder != null) {
      decoder = null;
      listeners.reset(reason, "");
      connection.closeAfterReset(reason.text());
    }
  }

  @Override
  public void readDisable(boolean disable) {
    connection.readDisable(disable);
  }

  @Override
  public long bufferLimit() {
    return connection.bufferLimit();
  }
}
