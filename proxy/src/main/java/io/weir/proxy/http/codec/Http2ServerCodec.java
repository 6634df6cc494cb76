package io.weir.proxy.http.codec;

import io.weir.filter.Protocol;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.http.hpack.HpackDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 towards a client, with prior knowledge or after ALPN. Owned by the connection's worker.
 */
public final class Http2ServerCodec extends Http2Connection implements ServerCodec {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** How much of the preface tells it from any HTTP/1 request. */
  private static final int SIGNATURE = "PRI * HTTP/2".length();

  private final Callbacks callbacks;
  private final Http2RequestHead head;
  private final ArrayList<Http2ServerStream> held = new ArrayList<>();
  private int prefaceRead;
  private int lastStream;
  private int begun;
  private boolean refusing;

  public Http2ServerCodec(
      Worker worker,
      CodecConnection connection,
      Callbacks callbacks,
      Http2Settings settings,
      Http2Stats stats) {
    super(worker, connection, settings, stats);
    this.callbacks = callbacks;
    this.head = new Http2RequestHead(settings, stats);
  }

  /**
   * Whether a connection's first bytes begin an HTTP/2 connection: 1 yes, 0 more bytes are needed,
   * −1 no.
   */
  public static int sniff(NettyBuffer data) {
    int bytes = (int) Math.min(data.length(), SIGNATURE);
    for (int i = 0; i < bytes; i++) {
      if (data.get(i) != PREFACE[i]) {
        return -1;
      }
    }
    return bytes == SIGNATURE ? 1 : 0;
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP_2;
  }

  // ---- bytes

  @Override
  public @Nullable String dispatch(NettyBuffer data) {
    if (prefaceRead < PREFACE.length && !readPreface(data)) {
      data.release();
      closed = true;
      return failure;
    }
    return prefaceRead < PREFACE.length ? null : receive(data);
  }

  /** Reads what has come of the preface; false when it is none. */
  private boolean readPreface(NettyBuffer data) {
    while (prefaceRead < PREFACE.length && !data.isEmpty()) {
      if (data.get(0) != PREFACE[prefaceRead++]) {
        return false;
      }
      data.drain(1);
    }
    if (prefaceRead == PREFACE.length) {
      sendPreface();
    }
    return true;
  }

  @Override
  long[] ownSettings() {
    return new long[] {
      Http2.MAX_CONCURRENT_STREAMS,
      settings.maxStreams(),
      Http2.ENABLE_CONNECT_PROTOCOL,
      settings.allowConnect() ? 1 : 0
    };
  }

  @Override
  int onOwnSetting(int identifier, long value) {
    return identifier == Http2.ENABLE_PUSH && value > 1 ? Http2.PROTOCOL_ERROR : 0;
  }

  // ---- requests

  @Override
  boolean idle(int id) {
    return (id & 1) == 0 || id > lastStream;
  }

  @Override
  int onHeadersOfUnknown(int id, HeaderMap headers, HpackDecoder.Result result, boolean endStream) {
    if ((id & 1) == 0) {
      return Http2.PROTOCOL_ERROR;
    }
    if (id <= lastStream) {
      return onHeadersOfClosed(id);
    }
    if (refusing) {
      return 0;
    }
    lastStream = id;
    begun++;
    if (streams.size() >= settings.maxStreams()) {
      stats.refused.inc();
      writer.reset(id, Http2.REFUSED_STREAM);
      ended.add(id, true);
      return 0;
    }
    var stream = new Http2ServerStream(this, id, peerInitialWindow);
    add(stream);
    countReceivedBlock(stream);
    stream.setDecoder(callbacks.newStream(stream));
    return onRequest(stream, headers, result, endStream);
  }

  private int onHeadersOfClosed(int id) {
    return switch (ended.find(id)) {
      case BY_US -> 0;
      case BY_PEER -> Http2.STREAM_CLOSED;
      // A number that was passed over may not be used any more.
      case UNKNOWN -> begun == lastStream + 1 >>> 1 ? Http2.STREAM_CLOSED : Http2.PROTOCOL_ERROR;
    };
  }

  private int onRequest(
      Http2ServerStream stream, HeaderMap headers, HpackDecoder.Result result, boolean endStream) {
    if (result == HpackDecoder.Result.TOO_LARGE) {
      stats.headerOverflow.inc();
      failure = "http2.too_many_headers";
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR, Http2.INTERNAL_ERROR);
      return 0;
    }
    String problem = head.read(headers, endStream);
    if (problem != null) {
      return invalidMessage(stream, problem);
    }
    if (head.refused) {
      failure = "http2.unexpected_underscore";
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR, Http2.INTERNAL_ERROR);
      return 0;
    }
    stream.expectLength(head.contentLength);
    stream.tunnel = headers.valueEquals(HeaderName.METHOD, "CONNECT");
    if (Http2Upgrades.asked(headers)) {
      stream.upgrade = true;
      Http2Upgrades.requestToHttp1(headers);
    }
    stream.deliverHeaders(headers, endStream);
    if (!stream.closed()) {
      closeIfComplete(stream);
    }
    return 0;
  }

  @Override
  int onHeadersOf(
      Http2Stream stream, HeaderMap headers, HpackDecoder.Result result, boolean endStream) {
    if (stream.endSeen()) {
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR, Http2.STREAM_CLOSED);
      return 0;
    }
    return onTrailers(stream, headers, result, endStream);
  }

  @Override
  public int onReset(int id, int code) {
    stats.rxReset.inc();
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      return idle(id) ? Http2.PROTOCOL_ERROR : 0;
    }
    boolean wasted = stream.held;
    switch (code) {
      case Http2.REFUSED_STREAM ->
          reset(stream, StreamResetReason.REMOTE_REFUSED_STREAM_RESET, "http2.remote_refuse");
      case Http2.CONNECT_ERROR ->
          reset(stream, StreamResetReason.CONNECT_ERROR, "http2.remote_reset");
      default -> reset(stream, StreamResetReason.REMOTE_RESET, "http2.remote_reset");
    }
    if (wasted) {
      callbacks.onResponseWasted();
    }
    return 0;
  }

  @Override
  public int onGoAway(int last, int code) {
    callbacks.onGoAway();
    return 0;
  }

  // ---- responses

  void writeHeaders(Http2ServerStream stream, HeaderMap headers, boolean endStream) {
    if (stream.upgrade) {
      Http2Upgrades.responseToHttp2(headers);
    }
    encode(headers);
    countBlock(stream, headers, hpack.length());
    writer.headers(stream.id, hpack.block(), hpack.length(), endStream);
  }

  /** Counts a block that is to go out later. */
  void expectBlock(Http2ServerStream stream, HeaderMap headers) {
    hpack.measure(true);
    encode(headers);
    hpack.measure(false);
    expectBlock(stream, headers, hpack.length());
  }

  private void encode(HeaderMap headers) {
    hpack.begin();
    int status = headers.find(HeaderName.STATUS);
    if (status >= 0) {
      hpack.encode(headers, status);
    }
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      if (e != status && Http2Fields.forwarded(headers, e)) {
        hpack.encode(headers, e);
      }
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
    return switch (reason) {
      case LOCAL_REFUSED_STREAM_RESET -> Http2.REFUSED_STREAM;
      case CONNECT_ERROR -> Http2.CONNECT_ERROR;
      case PROTOCOL_ERROR -> Http2.PROTOCOL_ERROR;
      default -> Http2.INTERNAL_ERROR;
    };
  }

  @Override
  void closeIfComplete(Http2Stream stream) {
    if (!stream.localEnded || stream.closed()) {
      return;
    }
    if (stream.remoteEnded) {
      forget(stream, false);
    } else {
      ((Http2ServerStream) stream).endEarly();
    }
  }

  /** A whole response ends its stream, whatever is still to come of the request (8.1). */
  void stop(Http2ServerStream stream) {
    if (!closed) {
      stats.txReset.inc();
      writer.reset(stream.id, Http2.NO_ERROR);
    }
    forget(stream, true);
  }

  /** Responses made while requests are read go out when all that has come was read. */
  void hold(Http2ServerStream stream) {
    held.add(stream);
  }

  @Override
  void onBatchRead() {
    for (int i = 0; i < held.size(); i++) {
      held.get(i).letGo();
    }
    held.clear();
  }

  // ---- the connection

  @Override
  int lastPeerStream() {
    return lastStream;
  }

  @Override
  void onStreamGone() {
    if (streams.size() == 0 && refusing && !closed) {
      callbacks.onSent();
    }
  }

  @Override
  void onFailure() {
    closed = true;
  }

  @Override
  public boolean headBegun() {
    return inHeaders();
  }

  @Override
  public boolean hasPending() {
    return false;
  }

  @Override
  public boolean hasUnsent() {
    return streams.size() > 0;
  }

  @Override
  public void refuse(CodecError error) {}

  @Override
  public void shutdownNotice() {
    if (!closed && !refusing) {
      stats.goAwaySent.inc();
      writer.goAway(Integer.MAX_VALUE, Http2.NO_ERROR);
    }
  }

  @Override
  public void goAway() {
    if (!closed && !refusing) {
      refusing = true;
      stats.goAwaySent.inc();
      onBatchRead();
      writer.goAway(lastStream, Http2.NO_ERROR);
    }
    writer.flush();
  }

  @Override
  public void onConnectionClosed() {
    failAll(StreamResetReason.CONNECTION_TERMINATION, "");
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
