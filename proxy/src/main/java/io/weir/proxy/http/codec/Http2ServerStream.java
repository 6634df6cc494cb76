package io.weir.proxy.http.codec;

import io.weir.filter.Timer;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.StreamResetReason;
import org.jspecify.annotations.Nullable;

/** One request and its response on a downstream connection. Belongs to its codec. */
final class Http2ServerStream extends Http2Stream implements ResponseEncoder {
  private static final long LINGER_MILLIS = 1000;

  private final Http2ServerCodec codec;
  private @Nullable RequestDecoder decoder;
  private @Nullable Timer flushTimer;
  private @Nullable Timer lingerTimer;
  private @Nullable HeaderMap heldHeaders;
  private boolean heldEnd;
  private boolean madeAtOnce;

  /** A CONNECT request, of either kind. */
  boolean tunnel;

  /** The request asked for another protocol with extended CONNECT (RFC 8441). */
  boolean upgrade;

  Http2ServerStream(Http2ServerCodec codec, int id, long sendWindow) {
    super(codec, id, sendWindow);
    this.codec = codec;
  }

  void setDecoder(RequestDecoder decoder) {
    this.decoder = decoder;
  }

  @Override
  boolean opened() {
    return true;
  }

  /** Whether the response was complete before the request. */
  private boolean lingers() {
    return lingerTimer != null;
  }

  /**
   * The response is complete, the request is not. When the response was made at once the peer may
   * have sent the rest already: that is still judged, and only a peer that sends more, or has
   * nothing to send, is told to stop.
   */
  void endEarly() {
    if (!madeAtOnce || tunnel) {
      codec.stop(this);
    } else if (lingerTimer == null) {
      lingerTimer = codec.worker.newTimer(this::stopPeer);
      lingerTimer.arm(LINGER_MILLIS);
    }
  }

  private void stopPeer() {
    if (!closed()) {
      codec.stop(this);
    }
  }

  @Override
  void deliverData(Buffer data, boolean end) {
    if (lingers()) {
      if (!end) {
        stopPeer();
      }
      return;
    }
    if (decoder != null) {
      decoder.decodeData(data, end);
    }
  }

  @Override
  void deliverTrailers(HeaderMap trailers) {
    if (decoder != null) {
      decoder.decodeTrailers(trailers);
    }
  }

  void deliverHeaders(HeaderMap headers, boolean end) {
    remoteEnded = end;
    if (decoder != null) {
      decoder.decodeHeaders(headers, end);
    }
  }

  @Override
  public void encode1xxHeaders(HeaderMap headers) {
    if (!closed() && !localEnded && !held) {
      codec.writeHeaders(this, headers, false);
    }
  }

  @Override
  public void encodeHeaders(HeaderMap headers, boolean endStream) {
    if (closed() || localEnded || held) {
      return;
    }
    if (codec.dispatching) {
      held = true;
      madeAtOnce = true;
      heldHeaders = headers;
      heldEnd = endStream;
      codec.expectBlock(this, headers);
      codec.hold(this);
      return;
    }
    localEnded = endStream;
    codec.writeHeaders(this, headers, endStream);
    codec.closeIfComplete(this);
  }

  /** Lets a held response go. */
  void letGo() {
    HeaderMap headers = heldHeaders;
    if (closed() || headers == null) {
      return;
    }
    held = false;
    heldHeaders = null;
    wire.sendExpected();
    localEnded = heldEnd;
    codec.writeHeaders(this, headers, heldEnd);
    if (heldEnd) {
      codec.closeIfComplete(this);
    } else {
      codec.sender.resume(this);
    }
  }

  @Override
  public void encodeData(Buffer data, boolean endStream) {
    if (held) {
      wire.expect(Http2.FRAME_HEADER + data.length());
    }
    sendData(data, endStream);
  }

  @Override
  public void encodeTrailers(HeaderMap trailers) {
    sendTrailers(trailers);
  }

  @Override
  public CodecStream stream() {
    return this;
  }

  @Override
  void onFlushing() {
    long millis = codec.settings.streamFlushMillis();
    if (flushTimer == null && millis > 0) {
      flushTimer = codec.worker.newTimer(this::onFlushTimeout);
      flushTimer.arm(millis);
    }
  }

  private void onFlushTimeout() {
    if (!closed()) {
      codec.stats.flushTimeout.inc();
      codec.resetLocally(this, StreamResetReason.LOCAL_RESET, Http2.INTERNAL_ERROR);
    }
  }

  @Override
  void close() {
    super.close();
    if (flushTimer != null) {
      flushTimer.cancel();
    }
    if (lingerTimer != null) {
      lingerTimer.cancel();
    }
  }
}
