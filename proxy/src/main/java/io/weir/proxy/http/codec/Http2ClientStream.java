package io.weir.proxy.http.codec;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import org.jspecify.annotations.Nullable;

/** One request and its response on an HTTP/2 connection. Belongs to its codec. */
final class Http2ClientStream implements RequestEncoder, CodecStream {
  final int id;
  final ResponseDecoder decoder;
  final StreamListeners listeners = new StreamListeners();

  /** Body bytes that wait for window. */
  final NettyBuffer outgoing;

  /** Body bytes that wait for a reader. */
  final NettyBuffer incoming;

  long sendWindow;
  int unacknowledged;
  boolean opened;
  boolean outgoingEnd;
  boolean incomingEnd;
  boolean localEnded;
  boolean remoteEnded;
  boolean headersReceived;
  boolean head;
  boolean connect;
  long expectedLength = -1;
  long receivedLength;
  @Nullable HeaderMap outgoingTrailers;
  @Nullable HeaderMap incomingTrailers;
  private final Http2ClientCodec codec;
  private boolean aboveWatermark;
  private int readDisables;
  private boolean closed;

  Http2ClientStream(Http2ClientCodec codec, int id, ResponseDecoder decoder, long sendWindow) {
    this.codec = codec;
    this.id = id;
    this.decoder = decoder;
    this.sendWindow = sendWindow;
    this.outgoing = codec.newBuffer();
    this.incoming = codec.newBuffer();
  }

  boolean closed() {
    return closed;
  }

  boolean readDisabled() {
    return readDisables > 0;
  }

  @Override
  public @Nullable String encodeHeaders(HeaderMap headers, boolean endStream) {
    return closed ? null : codec.sendHeaders(this, headers, endStream);
  }

  @Override
  public void encodeData(Buffer data, boolean endStream) {
    if (closed || localEnded) {
      data.clear();
      return;
    }
    data.moveTo(outgoing);
    outgoingEnd |= endStream;
    codec.sendOutgoing(this);
    checkWatermark();
  }

  @Override
  public void encodeTrailers(HeaderMap trailers) {
    if (closed || localEnded) {
      return;
    }
    outgoingTrailers = trailers;
    codec.sendOutgoing(this);
  }

  @Override
  public CodecStream stream() {
    return this;
  }

  /** More or less waits for window than before. */
  void checkWatermark() {
    long limit = codec.bufferLimit();
    if (limit == 0 || closed) {
      return;
    }
    if (!aboveWatermark && outgoing.length() > limit) {
      aboveWatermark = true;
      listeners.aboveHighWatermark();
    } else if (aboveWatermark && outgoing.length() <= limit / 2) {
      aboveWatermark = false;
      listeners.belowLowWatermark();
    }
  }

  @Override
  public void addCallbacks(StreamCallbacks callbacks) {
    listeners.add(callbacks);
  }

  @Override
  public void removeCallbacks(StreamCallbacks callbacks) {
    listeners.remove(callbacks);
  }

  @Override
  public void resetStream(StreamResetReason reason) {
    codec.resetLocally(this, reason);
  }

  @Override
  public void readDisable(boolean disable) {
    readDisables += disable ? 1 : -1;
    if (readDisables == 0 && !closed) {
      codec.deliver(this);
    }
  }

  @Override
  public long bufferLimit() {
    return codec.bufferLimit();
  }

  /** Nothing goes in or out any more. */
  void close() {
    closed = true;
    outgoing.release();
    incoming.release();
  }
}
