package io.weir.proxy.http.codec;

import io.netty.buffer.ByteBuf;
import io.weir.filter.Protocol;
import io.weir.filter.Timer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.http.hpack.HpackDecoder;
import io.weir.proxy.http.hpack.HpackEncoder;
import io.weir.proxy.worker.EventLoopWorker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 towards an upstream, with prior knowledge or after ALPN. Owned by the connection's worker.
 */
public final class Http2ClientCodec implements ClientCodec, Http2FrameListener {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_STREAM_ID = 0x7ffffff0;
  private static final int FRAME_SLACK = 32 * 1024;

  private final EventLoopWorker worker;
  private final CodecConnection connection;
  private final Callbacks callbacks;
  private final Http2Settings settings;
  private final Http2FrameReader reader;
  private final Http2FrameWriter writer;
  private final HpackDecoder hpackDecoder;
  private final HpackEncoder hpackEncoder = new HpackEncoder();
  private final Map<Integer, Http2ClientStream> streams = new HashMap<>();
  private final NettyBuffer in;
  private int nextStream = 1;
  private long sendWindow = Http2.DEFAULT_WINDOW;
  private long peerInitialWindow = Http2.DEFAULT_WINDOW;
  private int unacknowledged;
  private int emptyFrames;
  private int controlFrames;
  private boolean aboveWatermark;
  private boolean goingAway;
  private boolean closed;
  private boolean dispatching;
  private @Nullable Timer ping;
  private boolean pingOutstanding;

  public Http2ClientCodec(
      EventLoopWorker worker,
      CodecConnection connection,
      Callbacks callbacks,
      Http2Settings settings) {
    this.worker = worker;
    this.connection = connection;
    this.callbacks = callbacks;
    this.settings = settings;
    this.reader =
        new Http2FrameReader(this, worker.allocator(), settings.maxHeaderBytes() + FRAME_SLACK);
    this.writer = new Http2FrameWriter(worker.allocator(), connection);
    this.hpackDecoder = new HpackDecoder(settings.hpackTableSize());
    this.in = new NettyBuffer(worker.allocator());
  }

  /** Sends the preface; to be called once the connection can be written to. */
  public void start() {
    writer.raw(PREFACE);
    writer.settings(
        Http2.HEADER_TABLE_SIZE,
        settings.hpackTableSize(),
        Http2.ENABLE_PUSH,
        0,
        Http2.MAX_CONCURRENT_STREAMS,
        settings.maxStreams(),
        Http2.INITIAL_WINDOW_SIZE,
        settings.streamWindow());
    if (settings.connectionWindow() > Http2.DEFAULT_WINDOW) {
      writer.windowUpdate(0, settings.connectionWindow() - Http2.DEFAULT_WINDOW);
    }
    if (settings.pingIntervalMillis() > 0) {
      ping = worker.newTimer(this::onPingTimer);
      ping.arm(settings.pingIntervalMillis());
    }
    callbacks.onMaxStreamsChanged(settings.maxStreams());
  }

  NettyBuffer newBuffer() {
    return new NettyBuffer(worker.allocator());
  }

  long bufferLimit() {
    return connection.bufferLimit();
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP_2;
  }

  @Override
  public RequestEncoder newStream(ResponseDecoder decoder) {
    int id = nextStream;
    nextStream += 2;
    if (nextStream > MAX_STREAM_ID) {
      goAway();
    }
    var stream = new Http2ClientStream(this, id, decoder, peerInitialWindow);
    streams.put(id, stream);
    if (aboveWatermark) {
      stream.listeners.aboveHighWatermark();
    }
    return stream;
  }

  private void goAway() {
    if (!goingAway) {
      goingAway = true;
      callbacks.onGoAway();
    }
  }

  private void onPingTimer() {
    if (closed || ping == null) {
      return;
    }
    if (pingOutstanding) {
      failAll(StreamResetReason.CONNECTION_TERMINATION, "");
      connection.closeAfterReset("http2.ping_timeout");
      return;
    }
    pingOutstanding = true;
    writer.ping(worker.nanoTime(), false);
    ping.arm(settings.pingTimeoutMillis());
  }

  // ---- requests

  @Nullable String sendHeaders(Http2ClientStream stream, HeaderMap headers, boolean endStream) {
    int method = headers.find(HeaderName.METHOD);
    if (method < 0) {
      return "missing required header: :method";
    }
    stream.head = headers.valueEquals(method, "HEAD");
    stream.connect = headers.valueEquals(method, "CONNECT");
    if (!stream.connect && headers.find(HeaderName.PATH) < 0) {
      return "missing required header: :path";
    }
    stream.opened = true;
    ByteBuf block = worker.allocator().buffer(512);
    hpackEncoder.begin(block);
    encodePseudo(headers, stream.connect, block);
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      if (!Http2ResponseHeaders.isPseudo(headers, e) && forwarded(headers, e)) {
        hpackEncoder.encode(headers, e, block);
      }
    }
    if (endStream) {
      stream.localEnded = true;
    }
    writer.headers(stream.id, block, endStream);
    closeIfComplete(stream);
    return null;
  }

  private void encodePseudo(HeaderMap headers, boolean connect, ByteBuf block) {
    boolean extended = headers.contains(HeaderName.PROTOCOL);
    encodeFirst(HeaderName.METHOD, headers, block);
    encodeFirst(HeaderName.AUTHORITY, headers, block);
    if (!connect || extended) {
      encodeFirst(HeaderName.SCHEME, headers, block);
      encodeFirst(HeaderName.PATH, headers, block);
      encodeFirst(HeaderName.PROTOCOL, headers, block);
    }
  }

  private void encodeFirst(HeaderName name, HeaderMap headers, ByteBuf block) {
    int entry = headers.find(name);
    if (entry >= 0) {
      hpackEncoder.encode(headers, entry, block);
    }
  }

  /** Fields of a connection do not go on, {@code te} only for trailers. */
  private static boolean forwarded(HeaderMap headers, int entry) {
    int id = headers.nameId(entry);
    if (id == HeaderName.TE.id()) {
      return headers.valueEqualsIgnoreCase(entry, "trailers");
    }
    return id != HeaderName.HOST.id() && !Http2ResponseHeaders.connectionSpecific(id);
  }

  /** Sends what the windows allow of a stream's body, then its trailers. */
  void sendOutgoing(Http2ClientStream stream) {
    if (!stream.opened || stream.localEnded || closed) {
      return;
    }
    while (!stream.outgoing.isEmpty()) {
      long room = Math.min(sendWindow, stream.sendWindow);
      if (room <= 0) {
        return;
      }
      int bytes = (int) Math.min(Math.min(room, stream.outgoing.length()), writer.maxFrameSize());
      boolean end =
          stream.outgoingEnd
              && bytes == stream.outgoing.length()
              && stream.outgoingTrailers == null;
      sendWindow -= bytes;
      stream.sendWindow -= bytes;
      stream.localEnded = end;
      writer.data(stream.id, stream.outgoing, bytes, end);
      controlFrames = 0;
    }
    if (!stream.localEnded && stream.outgoingTrailers != null) {
      sendTrailers(stream, stream.outgoingTrailers);
    } else if (!stream.localEnded && stream.outgoingEnd) {
      stream.localEnded = true;
      writer.data(stream.id, stream.outgoing, 0, true);
    }
    closeIfComplete(stream);
  }

  private void sendTrailers(Http2ClientStream stream, HeaderMap trailers) {
    ByteBuf block = worker.allocator().buffer(256);
    hpackEncoder.begin(block);
    for (int e = trailers.first(); e >= 0; e = trailers.next(e)) {
      if (!Http2ResponseHeaders.isPseudo(trailers, e)) {
        hpackEncoder.encode(trailers, e, block);
      }
    }
    stream.localEnded = true;
    writer.headers(stream.id, block, true);
  }

  void resetLocally(Http2ClientStream stream, StreamResetReason reason) {
    if (stream.closed()) {
      return;
    }
    if (stream.opened && !closed) {
      writer.reset(
          stream.id,
          reason == StreamResetReason.PROTOCOL_ERROR ? Http2.PROTOCOL_ERROR : Http2.CANCEL);
    }
    reset(stream, reason, "");
  }

  private void reset(Http2ClientStream stream, StreamResetReason reason, String failure) {
    streams.remove(stream.id);
    stream.close();
    stream.listeners.reset(reason, failure);
  }

  private void closeIfComplete(Http2ClientStream stream) {
    if (stream.localEnded && stream.remoteEnded && !stream.closed()) {
      streams.remove(stream.id);
      stream.close();
    }
  }

  // ---- responses

  @Override
  public @Nullable String dispatch(NettyBuffer data) {
    data.moveTo(in);
    if (dispatching) {
      return null;
    }
    dispatching = true;
    try {
      int error = closed ? 0 : reader.read(in);
      if (closed) {
        in.release();
        return null;
      }
      return error == 0 ? null : fail(error);
    } finally {
      dispatching = false;
    }
  }

  private String fail(int error) {
    writer.goAway(0, error);
    goAway();
    failAll(StreamResetReason.PROTOCOL_ERROR, "");
    in.release();
    return "http2.protocol_error";
  }

  private void failAll(StreamResetReason reason, String failure) {
    closed = true;
    if (ping != null) {
      ping.cancel();
    }
    for (Http2ClientStream stream : new ArrayList<>(streams.values())) {
      reset(stream, reason, failure);
    }
    reader.release();
  }

  @Override
  public int onHeaders(int id, byte[] block, int length, boolean endStream) {
    emptyFrames = length == 0 && !endStream ? emptyFrames + 1 : 0;
    if (emptyFrames > settings.maxEmptyFrames()) {
      return Http2.ENHANCE_YOUR_CALM;
    }
    var headers = new HeaderMap(length * 2 + 128, 24);
    HpackDecoder.Result result =
        hpackDecoder.decode(
            block, 0, length, headers, settings.maxHeaderBytes(), settings.maxHeaders());
    if (result == HpackDecoder.Result.ERROR) {
      return Http2.COMPRESSION_ERROR;
    }
    Http2ClientStream stream = streams.get(id);
    if (stream == null) {
      return idle(id) ? Http2.PROTOCOL_ERROR : 0;
    }
    if (stream.remoteEnded) {
      return Http2.STREAM_CLOSED;
    }
    if (result == HpackDecoder.Result.TOO_LARGE) {
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR);
      return 0;
    }
    if (stream.headersReceived) {
      onTrailers(stream, headers, endStream);
    } else {
      onResponse(stream, headers, endStream);
    }
    return 0;
  }

  private boolean idle(int id) {
    return (id & 1) == 0 || id >= nextStream;
  }

  private void onResponse(Http2ClientStream stream, HeaderMap headers, boolean endStream) {
    if (!Http2ResponseHeaders.validResponse(headers)) {
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR);
      return;
    }
    int status = (int) headers.valueAsLong(headers.find(HeaderName.STATUS));
    if (status / 100 == 1) {
      if (endStream || status == 101) {
        resetLocally(stream, StreamResetReason.PROTOCOL_ERROR);
      } else {
        stream.decoder.decode1xxHeaders(headers);
      }
      return;
    }
    stream.headersReceived = true;
    int length = headers.find(HeaderName.CONTENT_LENGTH);
    if (length >= 0 && !stream.head && status != 304 && status != 204) {
      stream.expectedLength = headers.valueAsLong(length);
      if (stream.expectedLength < 0 || headers.find(HeaderName.CONTENT_LENGTH, length) >= 0) {
        resetLocally(stream, StreamResetReason.PROTOCOL_ERROR);
        return;
      }
    }
    if (endStream && stream.expectedLength > 0) {
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR);
      return;
    }
    if (endStream) {
      stream.remoteEnded = true;
    }
    stream.decoder.decodeHeaders(headers, endStream);
    closeIfComplete(stream);
  }

  private void onTrailers(Http2ClientStream stream, HeaderMap trailers, boolean endStream) {
    if (!endStream || !Http2ResponseHeaders.validTrailers(trailers) || lengthIsWrong(stream)) {
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR);
      return;
    }
    stream.incomingTrailers = trailers;
    stream.incomingEnd = true;
    deliver(stream);
  }

  private static boolean lengthIsWrong(Http2ClientStream stream) {
    return stream.expectedLength >= 0 && stream.receivedLength != stream.expectedLength;
  }

  @Override
  public int onData(int id, NettyBuffer data, int flowControlled, boolean endStream) {
    emptyFrames = data.isEmpty() && !endStream ? emptyFrames + 1 : 0;
    if (emptyFrames > settings.maxEmptyFrames()) {
      return Http2.ENHANCE_YOUR_CALM;
    }
    creditConnection(flowControlled);
    Http2ClientStream stream = streams.get(id);
    if (stream == null) {
      data.clear();
      return idle(id) ? Http2.PROTOCOL_ERROR : 0;
    }
    if (stream.remoteEnded || !stream.headersReceived || stream.incomingEnd) {
      data.clear();
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR);
      return 0;
    }
    if (stream.incoming.length() + flowControlled > settings.streamWindow()) {
      return Http2.FLOW_CONTROL_ERROR;
    }
    stream.receivedLength += data.length();
    if (stream.expectedLength >= 0
        && (stream.receivedLength > stream.expectedLength || endStream && lengthIsWrong(stream))) {
      data.clear();
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR);
      return 0;
    }
    stream.unacknowledged += flowControlled;
    stream.incomingEnd = endStream;
    data.moveTo(stream.incoming);
    deliver(stream);
    return 0;
  }

  /** Hands over what waits, unless the reader wants nothing now, and makes room for more. */
  void deliver(Http2ClientStream stream) {
    if (stream.readDisabled() || stream.closed()) {
      return;
    }
    boolean end = stream.incomingEnd;
    HeaderMap trailers = stream.incomingTrailers;
    boolean dataEnds = end && trailers == null;
    if (end) {
      stream.remoteEnded = true;
      stream.incomingEnd = false;
    }
    if (!stream.incoming.isEmpty() || dataEnds) {
      stream.decoder.decodeData(stream.incoming, dataEnds);
      stream.incoming.release();
    }
    if (stream.closed()) {
      return;
    }
    if (trailers != null) {
      stream.incomingTrailers = null;
      stream.decoder.decodeTrailers(trailers);
    } else if (!end && stream.unacknowledged > settings.streamWindow() / 2) {
      writer.windowUpdate(stream.id, stream.unacknowledged);
      stream.unacknowledged = 0;
    }
    closeIfComplete(stream);
  }

  private void creditConnection(int bytes) {
    unacknowledged += bytes;
    if (unacknowledged > Math.max(settings.connectionWindow(), Http2.DEFAULT_WINDOW) / 2) {
      writer.windowUpdate(0, unacknowledged);
      unacknowledged = 0;
    }
  }

  // ---- the rest of the protocol

  @Override
  public int onPriority(int stream) {
    return 0;
  }

  @Override
  public int onReset(int id, int code) {
    Http2ClientStream stream = streams.get(id);
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
        code == Http2.REFUSED_STREAM
            ? StreamResetReason.REMOTE_REFUSED_STREAM_RESET
            : StreamResetReason.REMOTE_RESET,
        "");
    return 0;
  }

  @Override
  public int onSetting(int identifier, long value) {
    switch (identifier) {
      case Http2.HEADER_TABLE_SIZE -> hpackEncoder.setMaxTableSize(value);
      case Http2.MAX_CONCURRENT_STREAMS ->
          callbacks.onMaxStreamsChanged((int) Math.min(settings.maxStreams(), value));
      case Http2.INITIAL_WINDOW_SIZE -> {
        if (value > Http2.MAX_WINDOW) {
          return Http2.FLOW_CONTROL_ERROR;
        }
        return changeWindows(value);
      }
      case Http2.MAX_FRAME_SIZE_SETTING -> {
        if (value < Http2.DEFAULT_FRAME_SIZE || value > Http2.MAX_FRAME_SIZE) {
          return Http2.PROTOCOL_ERROR;
        }
        writer.setMaxFrameSize((int) value);
      }
      case Http2.ENABLE_PUSH -> {
        if (value != 0) {
          return Http2.PROTOCOL_ERROR;
        }
      }
      default -> {}
    }
    return 0;
  }

  private int changeWindows(long value) {
    long change = value - peerInitialWindow;
    peerInitialWindow = value;
    for (Http2ClientStream stream : List.copyOf(streams.values())) {
      stream.sendWindow += change;
      if (stream.sendWindow > Http2.MAX_WINDOW) {
        return Http2.FLOW_CONTROL_ERROR;
      }
      if (change > 0) {
        sendOutgoing(stream);
        stream.checkWatermark();
      }
    }
    return 0;
  }

  @Override
  public int onSettingsEnd() {
    if (tooManyAnswers()) {
      return Http2.ENHANCE_YOUR_CALM;
    }
    writer.settingsAck();
    return 0;
  }

  @Override
  public int onSettingsAck() {
    return 0;
  }

  @Override
  public int onPing(long data, boolean ack) {
    if (ack) {
      pingOutstanding = false;
      if (ping != null) {
        ping.arm(settings.pingIntervalMillis());
      }
      return 0;
    }
    if (tooManyAnswers()) {
      return Http2.ENHANCE_YOUR_CALM;
    }
    writer.ping(data, true);
    return 0;
  }

  /** A peer that does not read must not make us keep answers without end. */
  private boolean tooManyAnswers() {
    controlFrames = aboveWatermark ? controlFrames + 1 : 0;
    return controlFrames > settings.maxOutboundControlFrames();
  }

  @Override
  public int onGoAway(int lastStream, int code) {
    goAway();
    for (Http2ClientStream stream : new ArrayList<>(streams.values())) {
      if (stream.id > lastStream) {
        reset(stream, StreamResetReason.REMOTE_REFUSED_STREAM_RESET, "");
      }
    }
    return 0;
  }

  @Override
  public int onWindowUpdate(int id, int bytes) {
    if (id == 0) {
      if (bytes == 0) {
        return Http2.PROTOCOL_ERROR;
      }
      sendWindow += bytes;
      if (sendWindow > Http2.MAX_WINDOW) {
        return Http2.FLOW_CONTROL_ERROR;
      }
      for (Http2ClientStream stream : List.copyOf(streams.values())) {
        sendOutgoing(stream);
        stream.checkWatermark();
      }
      return 0;
    }
    Http2ClientStream stream = streams.get(id);
    if (stream == null) {
      return idle(id) ? Http2.PROTOCOL_ERROR : 0;
    }
    stream.sendWindow += bytes;
    if (bytes == 0 || stream.sendWindow > Http2.MAX_WINDOW) {
      resetLocally(stream, StreamResetReason.PROTOCOL_ERROR);
      return 0;
    }
    sendOutgoing(stream);
    stream.checkWatermark();
    return 0;
  }

  @Override
  public int onPushPromise(int stream) {
    return Http2.PROTOCOL_ERROR;
  }

  // ---- the connection

  @Override
  public void onConnectionClosed(String transportFailure) {
    if (!closed) {
      failAll(StreamResetReason.CONNECTION_TERMINATION, transportFailure);
    }
    in.release();
  }

  @Override
  public void onConnectionAboveWriteBufferHighWatermark() {
    aboveWatermark = true;
    for (Http2ClientStream stream : List.copyOf(streams.values())) {
      stream.listeners.aboveHighWatermark();
    }
  }

  @Override
  public void onConnectionBelowWriteBufferLowWatermark() {
    aboveWatermark = false;
    controlFrames = 0;
    for (Http2ClientStream stream : List.copyOf(streams.values())) {
      stream.listeners.belowLowWatermark();
    }
  }
}
