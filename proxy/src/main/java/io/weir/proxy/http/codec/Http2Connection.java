package io.weir.proxy.http.codec;

import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.http.hpack.HpackDecoder;
import io.weir.proxy.http.hpack.HpackEncoder;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of HTTP/2 (RFC 9113) have in common: frames, header compression, streams and
 * their windows, settings, pings. Owned by the connection's worker.
 */
abstract sealed class Http2Connection implements Http2FrameListener
    permits Http2ServerCodec, Http2ClientCodec {
  /** Closes the connection without a GOAWAY: what Envoy does with messages that are no HTTP. */
  static final int CLOSE = -1;

  /** Bytes of an encoded block beyond the limit of its fields. */
  private static final int BLOCK_SLACK = 32 * 1024;

  final Worker worker;
  final CodecConnection connection;
  final Http2Settings settings;
  final Http2Stats stats;
  final Http2FrameWriter writer;
  final Http2Sender sender;
  final Http2StreamTable streams = new Http2StreamTable();
  final Http2ClosedStreams ended = new Http2ClosedStreams();
  final Http2InboundLimits limits;
  final Http2KeepAlive keepAlive;
  final HpackEncoder hpack;
  private final Http2OutboundFrames outbound;
  private final Http2FrameReader reader;
  private final HpackDecoder hpackDecoder;
  private final NettyBuffer in;
  private int windowUsed;
  private int receivedBlock;
  private long receivedPlain;
  private int consumed;
  private boolean settingsAcknowledged;
  long peerInitialWindow = Http2.DEFAULT_WINDOW;
  boolean aboveWatermark;
  boolean closed;
  boolean dispatching;
  private boolean windowAnnounced;

  /** Why the connection fails, where that is not a matter of frames alone. */
  String failure = "http2.protocol_error";

  Http2Connection(
      Worker worker, CodecConnection connection, Http2Settings settings, Http2Stats stats) {
    this.worker = worker;
    this.connection = connection;
    this.settings = settings;
    this.stats = stats;
    NettyBuffer out = newBuffer();
    this.outbound = new Http2OutboundFrames(connection, out, settings.limits());
    this.writer = new Http2FrameWriter(connection, out, outbound);
    this.sender = new Http2Sender(writer);
    this.limits = new Http2InboundLimits(settings.limits(), stats);
    this.keepAlive =
        new Http2KeepAlive(worker, settings.keepAlive(), writer, this::onKeepAliveTimeout);
    this.hpack = new HpackEncoder(settings.hpackTableSize());
    this.hpackDecoder = new HpackDecoder(settings.hpackTableSize());
    this.reader = new Http2FrameReader(this, worker, settings.maxHeaderBytes() + BLOCK_SLACK);
    this.in = newBuffer();
  }

  final NettyBuffer newBuffer() {
    return (NettyBuffer) worker.newBuffer();
  }

  // ---- what the sides do differently

  /** Settings of this side only, as identifier and value. */
  abstract long[] ownSettings();

  /** Whether no stream of this number has been begun. */
  abstract boolean idle(int id);

  /** Headers of a stream that is not open. */
  abstract int onHeadersOfUnknown(
      int id, HeaderMap headers, HpackDecoder.Result result, boolean endStream);

  abstract int onHeadersOf(
      Http2Stream stream, HeaderMap headers, HpackDecoder.Result result, boolean endStream);

  /** The code with which a stream is reset. */
  abstract int resetCode(Http2Stream stream, StreamResetReason reason);

  /** Both sides, or ours as far as it matters, have ended: may the stream be forgotten? */
  abstract void closeIfComplete(Http2Stream stream);

  abstract void writeTrailers(Http2Stream stream, HeaderMap trailers);

  /** The connection fails; whoever uses its streams must learn of it. */
  abstract void onFailure();

  /** The number in a GOAWAY frame. */
  abstract int lastPeerStream();

  abstract void onStreamGone();

  /** The bytes that have come are read. */
  abstract void onBatchRead();

  // ---- bytes come in

  final void sendPreface() {
    long[] own = ownSettings();
    long[] pairs = new long[4 + own.length + settings.extraSettings().size() * 2];
    pairs[0] = Http2.HEADER_TABLE_SIZE;
    pairs[1] = settings.hpackTableSize();
    System.arraycopy(own, 0, pairs, 2, own.length);
    int at = 2 + own.length;
    pairs[at++] = Http2.INITIAL_WINDOW_SIZE;
    pairs[at++] = settings.streamWindow();
    for (Http2Settings.Parameter parameter : settings.extraSettings()) {
      pairs[at++] = parameter.identifier();
      pairs[at++] = parameter.value();
    }
    writer.settings(pairs);
    keepAlive.start();
  }

  private void announceWindow() {
    windowAnnounced = true;
    if (settings.connectionWindow() > Http2.DEFAULT_WINDOW) {
      writer.windowUpdate(0, settings.connectionWindow() - Http2.DEFAULT_WINDOW);
    }
  }

  /**
   * @return null, or why the connection must be closed
   */
  final @Nullable String receive(NettyBuffer data) {
    data.moveTo(in);
    if (dispatching) {
      return null;
    }
    dispatching = true;
    try {
      keepAlive.onReceived();
      int error = closed ? 0 : reader.read(in);
      if (!closed) {
        onBatchRead();
      }
      if (closed) {
        in.release();
        return null;
      }
      if (!windowAnnounced) {
        announceWindow();
      }
      if (error == 0 && tooMuchUnsent()) {
        error = Http2.ENHANCE_YOUR_CALM;
      }
      return error == 0 ? null : fail(error);
    } finally {
      dispatching = false;
    }
  }

  private boolean tooMuchUnsent() {
    if (outbound.controlFlood()) {
      stats.outboundControlFlood.inc();
      failure = "http2.outbound_control_flood";
      return true;
    }
    if (outbound.flood()) {
      stats.outboundFlood.inc();
      failure = "http2.outbound_frames_flood";
      return true;
    }
    return false;
  }

  private String fail(int error) {
    if (error != CLOSE) {
      stats.goAwaySent.inc();
      writer.goAway(lastPeerStream(), error);
    }
    writer.flush();
    onFailure();
    return failure;
  }

  /** A flood: the failure is named for logs. */
  final int flood(String details) {
    failure = details;
    return Http2.ENHANCE_YOUR_CALM;
  }

  private void onKeepAliveTimeout() {
    if (!closed) {
      stats.keepAliveTimeout.inc();
      writer.flush();
      failAll(StreamResetReason.CONNECTION_TERMINATION, "");
      connection.closeAfterReset("http2.ping_timeout");
    }
  }

  final void failAll(StreamResetReason reason, String transportFailure) {
    closed = true;
    keepAlive.stop();
    for (Http2Stream stream : streams.snapshot()) {
      reset(stream, reason, transportFailure);
    }
    release();
  }

  final void release() {
    closed = true;
    keepAlive.stop();
    reader.release();
    writer.release();
    in.release();
  }

  final boolean inHeaders() {
    return reader.inHeaders();
  }

  // ---- streams

  final void add(Http2Stream stream) {
    streams.put(stream);
    stats.streamsActive.inc();
    limits.onStream();
    if (aboveWatermark) {
      stream.listeners.aboveHighWatermark();
    }
  }

  final void forget(Http2Stream stream, boolean resetByUs) {
    streams.remove(stream);
    stats.streamsActive.dec();
    ended.add(stream.id, resetByUs);
    stream.close();
    onStreamGone();
  }

  final void resetLocally(Http2Stream stream, StreamResetReason reason, int code) {
    if (stream.closed()) {
      return;
    }
    if (stream.opened() && !closed) {
      stats.txReset.inc();
      writer.reset(stream.id, code);
    }
    forget(stream, true);
    stream.listeners.reset(reason, reason == StreamResetReason.PROTOCOL_ERROR ? failure : "");
  }

  final void reset(Http2Stream stream, StreamResetReason reason, String details) {
    if (!stream.closed()) {
      forget(stream, false);
      stream.listeners.reset(reason, details);
    }
  }

  // ---- headers

  @Override
  public final boolean onHeadersFrame(boolean empty) {
    if (limits.onFrame(empty)) {
      return true;
    }
    failure = "http2.inbound_empty_frames_flood";
    return false;
  }

  @Override
  public final int onHeaders(int id, byte[] block, int length, boolean endStream) {
    var headers = new HeaderMap(length * 2 + 320, 28);
    HpackDecoder.Result result =
        hpackDecoder.decode(
            block, 0, length, headers, settings.maxHeaderBytes(), settings.maxHeaders());
    if (result == HpackDecoder.Result.ERROR) {
      return Http2.COMPRESSION_ERROR;
    }
    receivedPlain = plain(headers);
    receivedBlock = length + Http2.FRAME_HEADER;
    Http2Stream stream = streams.get(id);
    if (stream != null) {
      countReceivedBlock(stream);
    }
    return stream == null
        ? onHeadersOfUnknown(id, headers, result, endStream)
        : onHeadersOf(stream, headers, result, endStream);
  }

  /** Counts the header block that came last for its stream. */
  final void countReceivedBlock(Http2Stream stream) {
    stream.wire.receivedBlock(receivedBlock, receivedPlain);
  }

  /** Counts a header block that goes out. */
  static void countBlock(Http2Stream stream, HeaderMap headers, int length) {
    stream.wire.sentBlock(length + Http2.FRAME_HEADER, plain(headers));
  }

  /** Counts a header block that is to go out. */
  static void expectBlock(Http2Stream stream, HeaderMap headers, int length) {
    stream.wire.expectBlock(length + Http2.FRAME_HEADER, plain(headers));
  }

  private static long plain(HeaderMap headers) {
    long bytes = 0;
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      bytes += headers.nameLength(e) + headers.valueLength(e);
    }
    return bytes;
  }

  /** Trailers, of either side. */
  final int onTrailers(
      Http2Stream stream, HeaderMap trailers, HpackDecoder.Result result, boolean endStream) {
    stats.trailers.inc();
    if (result == HpackDecoder.Result.TOO_LARGE) {
      stats.headerOverflow.inc();
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR, Http2.INTERNAL_ERROR);
      return 0;
    }
    if (!endStream || !Http2Fields.validTrailers(trailers) || !stream.onTrailers(trailers)) {
      return invalidMessage(stream, "http2.violation.of.messaging.rule");
    }
    return 0;
  }

  /** A message that is no HTTP ends its stream, or the connection. */
  final int invalidMessage(Http2Stream stream, String details) {
    stats.rxMessagingError.inc();
    failure = details;
    if (!settings.streamErrors()) {
      return CLOSE;
    }
    resetLocally(stream, StreamResetReason.PROTOCOL_ERROR, Http2.PROTOCOL_ERROR);
    return 0;
  }

  // ---- data

  /** What a stream may send ahead; before our settings are acknowledged perhaps more. */
  final int streamWindow() {
    return settingsAcknowledged
        ? settings.streamWindow()
        : Math.max(settings.streamWindow(), Http2.DEFAULT_WINDOW);
  }

  @Override
  public final int onData(int id, NettyBuffer data, int flowControlled, boolean endStream) {
    if (!limits.onFrame(data.isEmpty() && !endStream)) {
      return flood("http2.inbound_empty_frames_flood");
    }
    windowUsed += flowControlled;
    if (windowUsed > Math.max(settings.connectionWindow(), Http2.DEFAULT_WINDOW)) {
      return Http2.FLOW_CONTROL_ERROR;
    }
    Http2Stream stream = streams.get(id);
    if (stream != null && !stream.endSeen()) {
      return stream.onData(data, flowControlled, endStream);
    }
    data.clear();
    onConsumed(flowControlled);
    if (stream != null) {
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR, Http2.STREAM_CLOSED);
    } else if (idle(id)) {
      return Http2.PROTOCOL_ERROR;
    } else if (ended.find(id) != Http2ClosedStreams.End.BY_US) {
      writer.reset(id, Http2.STREAM_CLOSED);
    }
    return 0;
  }

  /** Bytes of the connection's window are free again. */
  final void onConsumed(int bytes) {
    consumed += bytes;
    if (consumed > Math.max(settings.connectionWindow(), Http2.DEFAULT_WINDOW) / 2 && !closed) {
      writer.windowUpdate(0, consumed);
      windowUsed -= consumed;
      consumed = 0;
    }
  }

  // ---- the rest of the protocol

  @Override
  public final int onPriority(int stream) {
    return limits.onPriority() ? 0 : flood("http2.inbound_priority_frames_flood");
  }

  @Override
  public final int onSetting(int identifier, long value) {
    switch (identifier) {
      case Http2.HEADER_TABLE_SIZE -> hpack.setMaxTableSize(value);
      case Http2.INITIAL_WINDOW_SIZE -> {
        return value > Http2.MAX_WINDOW ? Http2.FLOW_CONTROL_ERROR : changeWindows(value);
      }
      case Http2.MAX_FRAME_SIZE_SETTING -> {
        if (value < Http2.DEFAULT_FRAME_SIZE || value > Http2.MAX_FRAME_SIZE) {
          return Http2.PROTOCOL_ERROR;
        }
        writer.setMaxFrameSize((int) value);
      }
      case Http2.ENABLE_CONNECT_PROTOCOL -> {
        if (value > 1) {
          return Http2.PROTOCOL_ERROR;
        }
      }
      default -> {
        return onOwnSetting(identifier, value);
      }
    }
    return 0;
  }

  /** A setting that only this side heeds. */
  abstract int onOwnSetting(int identifier, long value);

  private int changeWindows(long value) {
    long change = value - peerInitialWindow;
    peerInitialWindow = value;
    for (Http2Stream stream : streams.snapshot()) {
      stream.sendWindow += change;
      if (stream.sendWindow > Http2.MAX_WINDOW) {
        return Http2.FLOW_CONTROL_ERROR;
      }
      if (change > 0 && !stream.closed()) {
        sender.resume(stream);
      }
    }
    return 0;
  }

  @Override
  public final int onSettingsEnd() {
    writer.settingsAck();
    return tooMuchUnsent() ? Http2.ENHANCE_YOUR_CALM : 0;
  }

  @Override
  public final int onSettingsAck() {
    settingsAcknowledged = true;
    return 0;
  }

  @Override
  public final int onPing(long data, boolean ack) {
    if (ack) {
      keepAlive.onAnswer();
      return 0;
    }
    writer.ping(data, true);
    return tooMuchUnsent() ? Http2.ENHANCE_YOUR_CALM : 0;
  }

  @Override
  public final int onWindowUpdate(int id, int bytes) {
    if (!limits.onWindowUpdate(writer.dataFrames)) {
      return flood("http2.inbound_window_update_frames_flood");
    }
    if (id == 0) {
      if (bytes == 0) {
        return Http2.PROTOCOL_ERROR;
      }
      return sender.grow(bytes) ? 0 : Http2.FLOW_CONTROL_ERROR;
    }
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      return idle(id) ? Http2.PROTOCOL_ERROR : 0;
    }
    stream.sendWindow += bytes;
    if (bytes == 0) {
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR, Http2.PROTOCOL_ERROR);
    } else if (stream.sendWindow > Http2.MAX_WINDOW) {
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR, Http2.FLOW_CONTROL_ERROR);
    } else {
      sender.resume(stream);
    }
    return 0;
  }

  @Override
  public final int onPushPromise(int stream) {
    return Http2.PROTOCOL_ERROR;
  }

  // ---- watermarks

  final void setAboveWatermark(boolean above) {
    aboveWatermark = above;
    for (Http2Stream stream : streams.snapshot()) {
      if (above) {
        stream.listeners.aboveHighWatermark();
      } else {
        stream.listeners.belowLowWatermark();
      }
    }
    sender.pause(above);
  }
}
