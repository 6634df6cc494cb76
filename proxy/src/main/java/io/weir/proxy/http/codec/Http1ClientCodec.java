package io.weir.proxy.http.codec;

import io.weir.filter.Protocol;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HeaderStorage;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1 towards an upstream. One stream at a time: {@link #newStream} may be called again when
 * both the request was sent and the response was received. The codec is its own stream and encoder.
 * Owned by the connection's worker.
 */
public final class Http1ClientCodec implements ClientCodec, RequestEncoder, CodecStream {
  private static final String UNSOLICITED = "http1.unsolicited_response";
  private static final int SPARE_BYTES = 160;
  private static final int SPARE_ENTRIES = 8;

  private enum Reading {
    IDLE,
    HEAD,
    BODY,
    TRAILERS,
    RAW,
    CLOSED
  }

  private final Worker worker;
  private final CodecConnection connection;
  private final Callbacks callbacks;
  private final Http1Settings settings;
  private final Http1HeadParser parser;
  private final Http1BodyReader bodyReader = new Http1BodyReader();
  private final StreamListeners listeners = new StreamListeners();
  private final JoinedFields joined = JoinedFields.ofResponses();
  private final Http1MessageWriter writer;
  private WireBytes wire = new WireBytes();
  // Of the stream before, whose user may still read it.
  private WireBytes before = new WireBytes();
  private final NettyBuffer in;
  private final NettyBuffer body;

  private Reading reading = Reading.IDLE;
  private @Nullable ResponseDecoder decoder;
  private boolean dispatching;
  private boolean toHead;
  private boolean toConnect;
  private boolean toUpgrade;
  private boolean aboveWatermark;
  // How often the present stream has stopped reading; the connection may outlive it.
  private int readDisables;
  private int scanned;

  public Http1ClientCodec(
      Worker worker, CodecConnection connection, Callbacks callbacks, Http1Settings settings) {
    this.worker = worker;
    this.connection = connection;
    this.callbacks = callbacks;
    this.settings = settings;
    this.parser = new Http1HeadParser(settings, true);
    this.in = (NettyBuffer) worker.newBuffer();
    this.body = (NettyBuffer) worker.newBuffer();
    this.writer = new Http1MessageWriter(worker, connection, settings.headerCase());
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP_11;
  }

  @Override
  public RequestEncoder newStream(ResponseDecoder newDecoder) {
    if (decoder != null) {
      throw new IllegalStateException("a response is outstanding");
    }
    WireBytes fresh = before;
    before = wire;
    wire = fresh;
    fresh.clear();
    writer.countIn(fresh);
    decoder = newDecoder;
    reading = Reading.HEAD;
    toHead = false;
    toConnect = false;
    toUpgrade = false;
    scanned = 0;
    listeners.clear();
    if (aboveWatermark) {
      listeners.aboveHighWatermark();
    }
    return this;
  }

  // ---- to the peer

  @Override
  public @Nullable String encodeHeaders(HeaderMap headers, boolean endStream) {
    writer.startMessage(false, false, false);
    String problem = writer.request(headers, endStream);
    if (problem == null) {
      toHead = headers.valueEquals(HeaderName.METHOD, "HEAD");
      toConnect = headers.valueEquals(HeaderName.METHOD, "CONNECT");
      toUpgrade = headers.contains(HeaderName.UPGRADE);
    }
    return problem;
  }

  @Override
  public void encodeData(Buffer data, boolean endStream) {
    if (!writer.data(data, endStream)) {
      resetStream(StreamResetReason.LOCAL_RESET);
    } else if (endStream && toConnect) {
      // The bytes of a tunnel have no other end than that of the connection.
      connection.endOutput();
    }
  }

  @Override
  public void encodeTrailers(HeaderMap trailers) {
    if (!writer.trailers(trailers, settings.trailers())) {
      resetStream(StreamResetReason.LOCAL_RESET);
    }
  }

  @Override
  public CodecStream stream() {
    return this;
  }

  // ---- from the peer

  @Override
  public @Nullable String dispatch(NettyBuffer data) {
    data.moveTo(in);
    if (dispatching) {
      return null;
    }
    dispatching = true;
    try {
      return read();
    } finally {
      dispatching = false;
    }
  }

  private @Nullable String read() {
    while (true) {
      switch (reading) {
        case IDLE -> {
          return in.length() == 0 ? null : close(UNSOLICITED);
        }
        case HEAD -> {
          if (in.length() == 0) {
            return null;
          }
          Http1HeadParser.Result result = parseHead(false);
          if (result == Http1HeadParser.Result.MORE) {
            return null;
          }
          CodecError error = result == Http1HeadParser.Result.ERROR ? parser.error : onHead();
          if (error != null) {
            return close(error.details());
          }
        }
        case BODY -> {
          long available = in.length();
          Http1BodyReader.State state = bodyReader.read(in, body);
          wire.received(available - in.length());
          if (state == Http1BodyReader.State.ERROR) {
            return close(CodecError.SYNTAX.details());
          }
          deliver();
          if (reading != Reading.BODY || state == Http1BodyReader.State.MORE) {
            return null;
          }
          if (state == Http1BodyReader.State.TRAILERS) {
            reading = Reading.TRAILERS;
            scanned = 0;
          } else {
            complete(null);
          }
        }
        case TRAILERS -> {
          Http1HeadParser.Result result = parseHead(true);
          if (result == Http1HeadParser.Result.MORE) {
            return null;
          }
          if (result == Http1HeadParser.Result.ERROR) {
            return close(parser.error.details());
          }
          in.drain(parser.end);
          HeadScratch scratch = worker.local(HeadScratch.LOCAL);
          wire.received(parser.end);
          if (settings.trailers()) {
            wire.receivedFields(scratch, true);
          }
          HeaderMap trailers =
              settings.trailers() && scratch.fieldCount() > 0
                  ? Trailers.read(parser, scratch)
                  : null;
          complete(trailers);
        }
        case RAW -> {
          wire.received(in.length());
          in.moveTo(body);
          deliver();
          return null;
        }
        case CLOSED -> {
          in.release();
          return null;
        }
      }
    }
  }

  private Http1HeadParser.Result parseHead(boolean trailers) {
    int limit = settings.maxHeaderBytes() + 1;
    if (scanned > 0 && in.length() < limit && in.indexOf((byte) '\n', scanned) < 0) {
      scanned = (int) in.length();
      return Http1HeadParser.Result.MORE;
    }
    HeadScratch scratch = worker.local(HeadScratch.LOCAL);
    scratch.load(in, limit);
    while (true) {
      var result = trailers ? parser.fields(scratch, 0) : parser.response(scratch);
      if (result != Http1HeadParser.Result.MORE) {
        scanned = 0;
        return result;
      }
      if (!scratch.loadMore(in, limit)) {
        scanned = (int) in.length();
        return result;
      }
    }
  }

  private @Nullable CodecError onHead() {
    HeadScratch scratch = worker.local(HeadScratch.LOCAL);
    int status = parser.status;
    HeaderMap map =
        worker
            .local(HeaderStorage.LOCAL)
            .newMap(parser.end + SPARE_BYTES, scratch.fieldCount() + SPARE_ENTRIES);
    map.append(scratch.text, 0, parser.end);
    joined.start();
    addStatus(map, scratch);
    if (settings.headerCase() == Http1Settings.HeaderCase.PRESERVE && parser.reasonLength > 0) {
      map.setReasonPhrase(
          new String(
              scratch.text, parser.reasonStart, parser.reasonLength, StandardCharsets.ISO_8859_1));
    }
    long length = -1;
    boolean chunked = false;
    for (int f = 0; f < scratch.fieldCount(); f++) {
      int id = addField(map, scratch, f);
      boolean repeated = id >= 0 && joined.repeated(id);
      if (id == HeaderName.CONTENT_LENGTH.id()) {
        if (length >= 0) {
          return CodecError.SYNTAX;
        }
        length = map.valueAsLong(map.last());
        if (length < 0) {
          return CodecError.SYNTAX;
        }
      } else if (id == HeaderName.TRANSFER_ENCODING.id()) {
        if (chunked || !map.valueEqualsIgnoreCase(map.last(), "chunked")) {
          return CodecError.TRANSFER_ENCODING;
        }
        chunked = true;
      } else if (id == HeaderName.CONNECTION.id()) {
        if (closes(map, map.last())) {
          callbacks.onGoAway();
        }
      }
      if (repeated) {
        joined.join(map, id);
      }
    }
    if (chunked && length >= 0) {
      return CodecError.LENGTH_AND_CHUNKED;
    }
    if ((status == 204 || status < 200) && (chunked || length > 0)) {
      return chunked ? CodecError.CHUNKED_NOT_ALLOWED : CodecError.LENGTH_NOT_ALLOWED;
    }
    if (length == 0 && (status == 204 || status < 200)) {
      map.remove(HeaderName.CONTENT_LENGTH);
    }
    if (parser.http10) {
      callbacks.onGoAway();
    }
    in.drain(parser.end);
    wire.received(parser.end);
    wire.receivedFields(scratch, false);
    start(map, status, length, chunked);
    return null;
  }

  /** As received, but without leading zeros. */
  private void addStatus(HeaderMap map, HeadScratch scratch) {
    int start = parser.statusStart;
    int length = parser.statusLength;
    while (length > 1 && scratch.text[start] == '0') {
      start++;
      length--;
    }
    map.addRange(HeaderName.STATUS, start, length);
  }

  private int addField(HeaderMap map, HeadScratch scratch, int f) {
    int nameStart = scratch.nameStart(f);
    if (settings.headerCase() == Http1Settings.HeaderCase.PRESERVE) {
      map.addRange(nameStart, scratch.nameLength(f), scratch.valueStart(f), scratch.valueLength(f));
      return map.nameId(map.last());
    }
    return map.addParsed(
        nameStart, scratch.nameLength(f), scratch.valueStart(f), scratch.valueLength(f), nameStart);
  }

  private void start(HeaderMap map, int status, long length, boolean chunked) {
    ResponseDecoder stream = decoder;
    if (stream == null) {
      return;
    }
    if (status / 100 == 1 && status != 101) {
      stream.decode1xxHeaders(map);
      return;
    }
    boolean endStream = false;
    if (status == 101 && toUpgrade || toConnect && status >= 200 && status < 300) {
      reading = Reading.RAW;
      callbacks.onGoAway();
    } else if (toHead || status < 200 || status == 204 || status == 304 || length == 0) {
      endStream = true;
    } else if (chunked) {
      reading = Reading.BODY;
      bodyReader.startChunked();
    } else if (length > 0) {
      reading = Reading.BODY;
      bodyReader.startLength(length);
    } else {
      reading = Reading.BODY;
      bodyReader.startUntilClose();
      callbacks.onGoAway();
    }
    if (endStream) {
      reading = Reading.IDLE;
      decoder = null;
      resumeReading();
      stream.decodeHeaders(map, true);
    } else {
      stream.decodeHeaders(map, false);
    }
  }

  private static boolean closes(HeaderMap map, int entry) {
    int start = map.valueStart(entry);
    int end = start + map.valueLength(entry);
    byte[] text = map.bytes();
    int from = start;
    for (int p = start; p <= end; p++) {
      if (p == end || text[p] == ',') {
        int to = p;
        while (from < to && Bytes.space(text[from])) {
          from++;
        }
        while (to > from && Bytes.space(text[to - 1])) {
          to--;
        }
        if (Bytes.equalsIgnoreCase(text, from, to - from, "close")) {
          return true;
        }
        from = p + 1;
      }
    }
    return false;
  }

  private void deliver() {
    if (body.length() > 0 && decoder != null) {
      decoder.decodeData(body, false);
    }
    body.release();
  }

  private void complete(@Nullable HeaderMap trailers) {
    reading = Reading.IDLE;
    ResponseDecoder stream = decoder;
    decoder = null;
    resumeReading();
    if (stream == null) {
      return;
    }
    if (trailers != null) {
      stream.decodeTrailers(trailers);
    } else {
      stream.decodeData(body, true);
    }
    body.release();
  }

  private String close(String details) {
    boolean active = decoder != null;
    decoder = null;
    reading = Reading.CLOSED;
    in.release();
    body.release();
    callbacks.onGoAway();
    if (active) {
      listeners.reset(StreamResetReason.PROTOCOL_ERROR, "");
    }
    return details;
  }

  @Override
  public boolean endsWithConnection() {
    return reading == Reading.BODY && bodyReader.untilClose();
  }

  @Override
  public void onConnectionClosed(String transportFailure) {
    ResponseDecoder stream = decoder;
    boolean ended = endsWithConnection();
    // To Envoy's parser an end inside a head or a body is malformed, one before the head only a
    // lost connection. Bytes behind an upgrade have no end but that one.
    StreamResetReason reason =
        reading == Reading.BODY || reading == Reading.HEAD && in.length() > 0
            ? StreamResetReason.PROTOCOL_ERROR
            : StreamResetReason.CONNECTION_TERMINATION;
    reading = Reading.CLOSED;
    in.release();
    body.release();
    decoder = null;
    if (stream == null) {
      return;
    }
    if (ended) {
      stream.decodeData(body, true);
    } else {
      listeners.reset(reason, transportFailure);
    }
  }

  @Override
  public void onConnectionAboveWriteBufferHighWatermark() {
    aboveWatermark = true;
    listeners.aboveHighWatermark();
  }

  @Override
  public void onConnectionBelowWriteBufferLowWatermark() {
    aboveWatermark = false;
    listeners.belowLowWatermark();
  }

  // ---- the stream

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
    if (reading == Reading.CLOSED) {
      return;
    }
    decoder = null;
    reading = Reading.CLOSED;
    in.release();
    body.release();
    callbacks.onGoAway();
    listeners.reset(reason, "");
    connection.closeAfterReset(reason.text());
  }

  @Override
  public void readDisable(boolean disable) {
    if (disable && decoder != null) {
      readDisables++;
      connection.readDisable(true);
    } else if (!disable && readDisables > 0) {
      readDisables--;
      connection.readDisable(false);
    }
  }

  /** What a stream stopped goes on with its end: the connection's next stream wants to read. */
  private void resumeReading() {
    while (readDisables > 0) {
      readDisables--;
      connection.readDisable(false);
    }
  }

  @Override
  public WireBytes wireBytes() {
    return wire;
  }

  @Override
  public long bufferLimit() {
    return connection.bufferLimit();
  }
}
