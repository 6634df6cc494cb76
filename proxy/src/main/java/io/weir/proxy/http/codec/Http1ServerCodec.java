package io.weir.proxy.http.codec;

import io.weir.filter.Protocol;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HeaderStorage;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1 towards a client (RFC 9112). One request at a time: what a client sends ahead waits until
 * the response is complete. The codec is its own stream and encoder, reused for each request. Owned
 * by the connection's worker.
 */
public final class Http1ServerCodec implements ServerCodec, ResponseEncoder, CodecStream {
  private enum Reading {
    HEAD,
    BODY,
    TRAILERS,
    /** An upgrade or CONNECT was asked for: what follows waits for the answer. */
    UPGRADING,
    /** Bytes go through as they come: the upgrade or CONNECT was accepted. */
    RAW,
    /** The request is complete, its response is not. */
    WAITING,
    CLOSED
  }

  private final Worker worker;
  private final CodecConnection connection;
  private final Callbacks callbacks;
  private final Http1Settings settings;
  private final Http1HeadParser parser;
  private final Http1RequestHead head;
  private final Http1BodyReader bodyReader = new Http1BodyReader();
  private final StreamListeners listeners = new StreamListeners();
  private final Http1MessageWriter writer;
  private final WireBytes wire = new WireBytes();
  private final NettyBuffer in;
  private final NettyBuffer body;

  private Reading reading = Reading.HEAD;
  private @Nullable RequestDecoder decoder;
  private boolean dispatching;
  private boolean responseComplete;
  private boolean http10;
  private int scanned;
  private boolean aboveWatermark;
  private boolean lastRequest;
  private boolean heldForUpgrade;

  public Http1ServerCodec(
      Worker worker, CodecConnection connection, Callbacks callbacks, Http1Settings settings) {
    this.worker = worker;
    this.connection = connection;
    this.callbacks = callbacks;
    this.settings = settings;
    this.parser = new Http1HeadParser(settings, false);
    this.head = new Http1RequestHead(settings);
    this.in = (NettyBuffer) worker.newBuffer();
    this.body = (NettyBuffer) worker.newBuffer();
    this.writer = new Http1MessageWriter(worker, connection, settings.headerCase());
    writer.countIn(wire);
  }

  @Override
  public Protocol protocol() {
    return http10 ? Protocol.HTTP_10 : Protocol.HTTP_11;
  }

  @Override
  public boolean hasPending() {
    return reading == Reading.WAITING && in.length() > 0;
  }

  @Override
  public void goAway() {
    lastRequest = true;
    if (reading == Reading.HEAD) {
      reading = Reading.CLOSED;
      in.release();
    }
  }

  @Override
  public boolean headBegun() {
    return reading == Reading.HEAD && in.length() > 0;
  }

  @Override
  public void refuse(CodecError error) {
    if (reading == Reading.HEAD) {
      http10 = false;
      fail(error);
    }
  }

  @Override
  public void shutdownNotice() {}

  // ---- from the peer

  @Override
  public @Nullable String dispatch(NettyBuffer data) {
    data.moveTo(in);
    if (dispatching) {
      return null;
    }
    dispatching = true;
    try {
      CodecError error = read();
      return error == null ? null : error.details();
    } finally {
      dispatching = false;
    }
  }

  private void readOn() {
    if (reading == Reading.RAW && heldForUpgrade) {
      heldForUpgrade = false;
      read();
      connection.readDisable(false);
    }
  }

  private @Nullable CodecError read() {
    while (true) {
      switch (reading) {
        case HEAD -> {
          if (in.length() == 0) {
            return null;
          }
          Http1HeadParser.Result result = parseHead(false);
          if (result == Http1HeadParser.Result.MORE) {
            return null;
          }
          CodecError error = result == Http1HeadParser.Result.ERROR ? fail(parser.error) : onHead();
          if (error != null) {
            return error;
          }
        }
        case BODY -> {
          long before = in.length();
          Http1BodyReader.State state = bodyReader.read(in, body);
          wire.received(before - in.length());
          if (state == Http1BodyReader.State.ERROR) {
            return fail(CodecError.SYNTAX);
          }
          boolean wasOpen = deliver();
          if (!wasOpen || state == Http1BodyReader.State.MORE) {
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
          CodecError error =
              result == Http1HeadParser.Result.ERROR ? fail(parser.error) : onTrailers();
          if (error != null) {
            return error;
          }
        }
        case RAW -> {
          wire.received(in.length());
          in.moveTo(body);
          deliver();
          return null;
        }
        case UPGRADING -> {
          if (in.length() > 0 && !heldForUpgrade) {
            heldForUpgrade = true;
            connection.readDisable(true);
          }
          return null;
        }
        case WAITING -> {
          if (!responseComplete) {
            return null;
          }
          reading = lastRequest ? Reading.CLOSED : Reading.HEAD;
        }
        case CLOSED -> {
          in.release();
          return null;
        }
      }
    }
  }

  /**
   * Parses what is there; loads it step by step so that a body behind the head is not copied. After
   * a first try, a new one is made only when another line has come.
   */
  private Http1HeadParser.Result parseHead(boolean trailers) {
    int limit = settings.maxHeaderBytes() + 1;
    if (scanned > 0 && in.length() < limit && in.indexOf((byte) '\n', scanned) < 0) {
      scanned = (int) in.length();
      return Http1HeadParser.Result.MORE;
    }
    HeadScratch scratch = worker.local(HeadScratch.LOCAL);
    scratch.load(in, limit);
    while (true) {
      var result = trailers ? parser.fields(scratch, 0) : parser.request(scratch);
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
    CodecError error =
        head.build(parser, worker.local(HeadScratch.LOCAL), worker.local(HeaderStorage.LOCAL));
    if (error != null) {
      return fail(error);
    }
    in.drain(parser.end);
    http10 = parser.http10;
    RequestDecoder stream = begin();
    wire.received(parser.end);
    wire.receivedFields(worker.local(HeadScratch.LOCAL), false);
    boolean endStream = false;
    if (head.upgrade) {
      reading = Reading.UPGRADING;
    } else if (head.chunked) {
      reading = Reading.BODY;
      bodyReader.startChunked();
    } else if (head.contentLength > 0) {
      reading = Reading.BODY;
      bodyReader.startLength(head.contentLength);
    } else {
      reading = Reading.WAITING;
      endStream = true;
    }
    stream.decodeHeaders(head.map, endStream);
    return null;
  }

  /** A request that fails in its head has a stream too: it is answered and logged. */
  private RequestDecoder begin() {
    responseComplete = false;
    wire.clear();
    listeners.clear();
    writer.startMessage(head.head, head.connect, http10 && settings.acceptHttp10());
    RequestDecoder fresh = callbacks.newStream(this);
    decoder = fresh;
    if (aboveWatermark) {
      listeners.aboveHighWatermark();
    }
    return fresh;
  }

  /**
   * Hands over the body bytes collected so far.
   *
   * @return whether the request is still being read
   */
  private boolean deliver() {
    Reading before = reading;
    if (body.length() > 0 && decoder != null) {
      decoder.decodeData(body, false);
    }
    body.release();
    return reading == before;
  }

  private @Nullable CodecError onTrailers() {
    in.drain(parser.end);
    wire.received(parser.end);
    wire.receivedFields(worker.local(HeadScratch.LOCAL), true);
    if (!settings.trailers() || worker.local(HeadScratch.LOCAL).fieldCount() == 0) {
      complete(null);
      return null;
    }
    HeaderMap trailers = Trailers.read(parser, worker.local(HeadScratch.LOCAL));
    if (trailers == null) {
      return fail(CodecError.SYNTAX);
    }
    complete(trailers);
    return null;
  }

  private void complete(@Nullable HeaderMap trailers) {
    reading = Reading.WAITING;
    RequestDecoder stream = decoder;
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

  private CodecError fail(CodecError error) {
    if (reading == Reading.HEAD) {
      http10 = settings.acceptHttp10() && parser.http10;
      head.head = false;
      head.connect = false;
      begin();
    }
    reading = Reading.CLOSED;
    wire.received(in.length());
    in.release();
    body.release();
    RequestDecoder stream = decoder;
    if (stream != null) {
      stream.sendCodecError(error.code(), error.body(), error.details());
    }
    return error;
  }

  @Override
  public void onConnectionClosed() {
    Reading before = reading;
    reading = Reading.CLOSED;
    in.release();
    body.release();
    if (decoder != null && !(before == Reading.WAITING && responseComplete)) {
      decoder = null;
      listeners.reset(StreamResetReason.CONNECTION_TERMINATION, "");
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

  // ---- to the peer

  @Override
  public void encode1xxHeaders(HeaderMap headers) {
    writer.informational(headers);
  }

  @Override
  public void encodeHeaders(HeaderMap headers, boolean endStream) {
    if (reading == Reading.UPGRADING) {
      if (writer.acceptsUpgrade(headers)) {
        reading = Reading.RAW;
        if (heldForUpgrade) {
          // Later: what brought the response may still be at work with the stream.
          worker.execute(this::readOn);
        }
      } else {
        // What follows the head is not the protocol that was asked for: nothing more is read.
        reading = Reading.CLOSED;
      }
    }
    writer.response(headers, endStream);
    if (endStream) {
      onResponseComplete();
    }
  }

  @Override
  public void encodeData(Buffer data, boolean endStream) {
    if (!writer.data(data, endStream)) {
      resetStream(StreamResetReason.LOCAL_RESET);
      return;
    }
    if (endStream) {
      onResponseComplete();
    }
  }

  @Override
  public void encodeTrailers(HeaderMap trailers) {
    if (!writer.trailers(trailers, settings.trailers())) {
      resetStream(StreamResetReason.LOCAL_RESET);
      return;
    }
    onResponseComplete();
  }

  private void onResponseComplete() {
    responseComplete = true;
    if (reading == Reading.WAITING) {
      decoder = null;
      listeners.clear();
    }
  }

  @Override
  public CodecStream stream() {
    return this;
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
    if (decoder == null) {
      return;
    }
    decoder = null;
    reading = Reading.CLOSED;
    listeners.reset(reason, "");
    connection.closeAfterReset(reason.text());
  }

  @Override
  public void readDisable(boolean disable) {
    connection.readDisable(disable);
  }

  @Override
  public WireBytes wireBytes() {
    return wire;
  }

  @Override
  public long bufferLimit() {
    return connection.bufferLimit();
  }

  static int status(HeaderMap headers) {
    int entry = headers.find(HeaderName.STATUS);
    return entry < 0 ? 0 : (int) headers.valueAsLong(entry);
  }
}
