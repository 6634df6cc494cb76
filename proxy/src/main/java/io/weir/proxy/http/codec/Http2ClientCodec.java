package io.weir.proxy.http.codec;

import io.weir.filter.Protocol;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.http.hpack.HpackDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 towards an upstream, with prior knowledge or after ALPN. Owned by the connection's worker.
 */
public final class Http2ClientCodec extends Http2Connection implements ClientCodec {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_STREAM_ID = 0x7ffffff0;

  private final Callbacks callbacks;
  private int nextStream = 1;
  private boolean goingAway;

  public Http2ClientCodec(
      Worker worker,
      CodecConnection connection,
      Callbacks callbacks,
      Http2Settings settings,
      Http2Stats stats) {
    super(worker, connection, settings, stats);
    this.callbacks = callbacks;
  }

  /** Sends the preface; to be called once the connection can be written to. */
  public void start() {
    writer.raw(PREFACE);
    sendPreface();
    callbacks.onMaxStreamsChanged(settings.maxStreams());
  }

  @Override
  long[] ownSettings() {
    return new long[] {Http2.ENABLE_PUSH, 0, Http2.MAX_CONCURRENT_STREAMS, settings.maxStreams()};
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP_2;
  }

  @Override
  public RequestEncoder newStream(ResponseDecoder decoder) {
    keepAlive.beforeStream();
    int id = nextStream;
    nextStream += 2;
    if (nextStream > MAX_STREAM_ID) {
      stopStreams();
    }
    var stream = new Http2ClientStream(this, id, decoder, peerInitialWindow);
    add(stream);
    return stream;
  }

  private void stopStreams() {
    if (!goingAway) {
      goingAway = true;
      callbacks.onGoAway();
    }
  }

  // ---- requests

  @Nullable String writeHeaders(Http2ClientStream stream, HeaderMap headers, boolean endStream) {
    int method = headers.find(HeaderName.METHOD);
    if (method < 0) {
      return "missing required header: :method";
    }
    boolean connect = headers.valueEquals(method, "CONNECT");
    if (!connect && headers.find(HeaderName.PATH) < 0) {
      return "missing required header: :path";
    }
    stream.head = headers.valueEquals(method, "HEAD");
    stream.upgrade = Http2Upgrades.wanted(headers);
    hpack.begin();
    if (stream.upgrade != null) {
      hpack.encode(HeaderName.METHOD, "CONNECT");
      hpack.encode(HeaderName.PROTOCOL, stream.upgrade);
    } else {
      hpack.encode(headers, method);
    }
    encodeFirst(HeaderName.AUTHORITY, headers);
    if (!connect || headers.contains(HeaderName.PROTOCOL)) {
      encodeFirst(HeaderName.SCHEME, headers);
      encodeFirst(HeaderName.PATH, headers);
      encodeFirst(HeaderName.PROTOCOL, headers);
    }
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      if (Http2Fields.forwarded(headers, e)) {
        hpack.encode(headers, e);
      }
    }
    countBlock(stream, headers, hpack.length());
    writer.headers(stream.id, hpack.block(), hpack.length(), endStream);
    return null;
  }

  private void encodeFirst(HeaderName name, HeaderMap headers) {
    int entry = headers.find(name);
    if (entry >= 0) {
      hpack.encode(headers, entry);
    }
  }

  @Override
  void writeTrailers(Http2Stream stream, HeaderMap trailers) {
    hpack.begin();
    for (int e = trailers.first(); e >= 0; e = trailers.next(e)) {
      if (Http2Fields.forwarded(trailers, e)) {
        hpack.encode(trailers, e);
      }
    }
    countBlock(stream, trailers, hpack.length());
    writer.headers(stream.id, hpack.block(), hpack.length(), true);
  }

  @Override
  int resetCode(Http2Stream stream, StreamResetReason reason) {
    return reason == StreamResetReason.PROTOCOL_ERROR ? Http2.PROTOCOL_ERROR : Http2.CANCEL;
  }

  @Override
  void closeIfComplete(Http2Stream stream) {
    if (stream.localEnded && stream.remoteEnded && !stream.closed()) {
      forget(stream, false);
    }
  }

  // ---- responses

  @Override
  public @Nullable String dispatch(NettyBuffer data) {
    return receive(data);
  }

  @Override
  void onFailure() {
    stopStreams();
    failAll(StreamResetReason.PROTOCOL_ERROR, "");
  }

  @Override
  int lastPeerStream() {
    return 0;
  }

  @Override
  boolean idle(int id) {
    return (id & 1) == 0 || id >= nextStream;
  }

  @Override
  int onHeadersOfUnknown(int id, HeaderMap headers, HpackDecoder.Result result, boolean endStream) {
    stats.headersNoStream.inc();
    return idle(id) ? Http2.PROTOCOL_ERROR : 0;
  }

  @Override
  int onHeadersOf(
      Http2Stream stream, HeaderMap headers, HpackDecoder.Result result, boolean endStream) {
    if (stream.endSeen()) {
      return Http2.STREAM_CLOSED;
    }
    var ours = (Http2ClientStream) stream;
    if (ours.headersReceived) {
      return onTrailers(stream, headers, result, endStream);
    }
    if (result == HpackDecoder.Result.TOO_LARGE) {
      stats.headerOverflow.inc();
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR, Http2.INTERNAL_ERROR);
      return 0;
    }
    if (!onResponse(ours, headers, endStream)) {
      stats.rxMessagingError.inc();
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR, Http2.PROTOCOL_ERROR);
    }
    return 0;
  }

  /**
   * @return false when the response is malformed
   */
  private boolean onResponse(Http2ClientStream stream, HeaderMap headers, boolean endStream) {
    if (!Http2Fields.validResponse(headers)) {
      return false;
    }
    int status = (int) headers.valueAsLong(headers.find(HeaderName.STATUS));
    if (status / 100 == 1) {
      if (endStream || status == 101) {
        return false;
      }
      stream.decoder.decode1xxHeaders(headers);
      return true;
    }
    stream.headersReceived = true;
    int length = headers.find(HeaderName.CONTENT_LENGTH);
    boolean bodiless = stream.head || status == 304 || status == 204;
    if (bodiless) {
      stream.expectLength(0);
    } else if (length >= 0) {
      long expected = headers.valueAsLong(length);
      if (expected < 0
          || headers.find(HeaderName.CONTENT_LENGTH, length) >= 0
          || endStream && expected > 0) {
        return false;
      }
      stream.expectLength(expected);
    }
    if (stream.upgrade != null && status == 200) {
      Http2Upgrades.responseToHttp1(headers, stream.upgrade);
    }
    stream.remoteEnded = endStream;
    stream.decoder.decodeHeaders(headers, endStream);
    closeIfComplete(stream);
    return true;
  }

  @Override
  public int onReset(int id, int code) {
    stats.rxReset.inc();
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      return idle(id) ? Http2.PROTOCOL_ERROR : 0;
    }
    // A response that was delivered in full is not spoilt by the end of the request.
    if (code == Http2.NO_ERROR && stream.remoteEnded) {
      stream.localEnded = true;
      closeIfComplete(stream);
      return 0;
    }
    reset(
        stream,
        switch (code) {
          case Http2.REFUSED_STREAM -> StreamResetReason.REMOTE_REFUSED_STREAM_RESET;
          case Http2.PROTOCOL_ERROR -> StreamResetReason.PROTOCOL_ERROR;
          case Http2.CONNECT_ERROR -> StreamResetReason.CONNECT_ERROR;
          default -> StreamResetReason.REMOTE_RESET;
        },
        "");
    return 0;
  }

  @Override
  int onOwnSetting(int identifier, long value) {
    switch (identifier) {
      case Http2.MAX_CONCURRENT_STREAMS ->
          callbacks.onMaxStreamsChanged((int) Math.min(settings.maxStreams(), value));
      case Http2.ENABLE_PUSH -> {
        if (value != 0) {
          return Http2.PROTOCOL_ERROR;
        }
      }
      default -> {}
    }
    return 0;
  }

  @Override
  public int onGoAway(int lastStream, int code) {
    stopStreams();
    for (Http2Stream stream : streams.snapshot()) {
      if (stream.id > lastStream) {
        reset(stream, StreamResetReason.REMOTE_REFUSED_STREAM_RESET, "");
      }
    }
    return 0;
  }

  // ---- the connection

  @Override
  void onStreamGone() {}

  @Override
  void onBatchRead() {}

  @Override
  public void onConnectionClosed(String transportFailure) {
    failAll(StreamResetReason.CONNECTION_TERMINATION, transportFailure);
  }

  @Override
  public void onConnectionAboveWriteBufferHighWatermark() {
    setAboveWatermark(true);
  }

  @Override
  public void onConnectionBelowWriteBufferLowWatermark() {
    setAboveWatermark(false);
  }
}
