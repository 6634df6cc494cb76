package io.weir.proxy.http.codec;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import org.jspecify.annotations.Nullable;

/** One stream of an HTTP/2 connection: windows, what waits in either direction, how it ends. */
abstract sealed class Http2Stream implements CodecStream
    permits Http2ServerStream, Http2ClientStream {
  private static final int NO_LENGTH = -1;

  final int id;
  final StreamListeners listeners = new StreamListeners();
  final WireBytes wire = new WireBytes();
  private final Http2Connection owner;

  // What comes in.
  private @Nullable NettyBuffer incoming;
  private @Nullable HeaderMap incomingTrailers;
  private boolean incomingEnd;

  /** The peer has sent its last frame, and that was delivered. */
  boolean remoteEnded;

  private int readDisables;
  private boolean delivering;
  private int windowUsed;
  private int consumed;
  private long expectedLength = NO_LENGTH;
  private long receivedLength;

  // What goes out.
  private @Nullable NettyBuffer outgoing;
  private @Nullable HeaderMap outgoingTrailers;
  long sendWindow;
  boolean outgoingEnd;

  /** Our last frame was written. */
  boolean localEnded;

  private boolean aboveWatermark;

  /** The response waits for the end of the batch that its request came in. */
  boolean held;

  // The place in the sender's queue.
  boolean queued;
  @Nullable Http2Stream nextQueued;
  @Nullable Http2Stream previousQueued;

  private boolean closed;

  Http2Stream(Http2Connection owner, int id, long sendWindow) {
    this.owner = owner;
    this.id = id;
    this.sendWindow = sendWindow;
  }

  // ---- what the sides do differently

  abstract void deliverData(Buffer data, boolean end);

  abstract void deliverTrailers(HeaderMap trailers);

  /** Whether frames of the stream may be written: it is known to the peer. */
  abstract boolean opened();

  // ---- what comes in

  /** The message's body must have so many bytes; −1 when it is not known. */
  void expectLength(long bytes) {
    expectedLength = bytes;
  }

  boolean endSeen() {
    return remoteEnded || incomingEnd;
  }

  /**
   * Takes a DATA frame's payload.
   *
   * @param flowControlled with padding
   * @return 0, or why the connection fails
   */
  final int onData(NettyBuffer data, int flowControlled, boolean endStream) {
    wire.received(Http2.FRAME_HEADER + flowControlled);
    windowUsed += flowControlled;
    if (windowUsed > owner.streamWindow()) {
      return Http2.FLOW_CONTROL_ERROR;
    }
    int padding = flowControlled - (int) data.length();
    consumed += padding;
    owner.onConsumed(padding);
    receivedLength += data.length();
    if (expectedLength >= 0
        && (receivedLength > expectedLength || endStream && receivedLength < expectedLength)) {
      owner.onConsumed((int) data.length());
      data.clear();
      owner.stats.rxMessagingError.inc();
      owner.resetLocally(this, StreamResetReason.PROTOCOL_ERROR, Http2.PROTOCOL_ERROR);
      return 0;
    }
    incomingEnd = endStream;
    if (readDisables > 0 || delivering || incoming != null && !incoming.isEmpty()) {
      if (incoming == null) {
        incoming = owner.newBuffer();
      }
      data.moveTo(incoming);
      return 0;
    }
    deliver(data);
    return 0;
  }

  /** Takes trailers; false when the body was not what was announced. */
  final boolean onTrailers(HeaderMap trailers) {
    if (expectedLength >= 0 && receivedLength != expectedLength) {
      return false;
    }
    incomingTrailers = trailers;
    incomingEnd = true;
    deliverWaiting();
    return true;
  }

  private void deliverWaiting() {
    if (readDisables > 0 || closed || delivering) {
      return;
    }
    NettyBuffer waiting = incoming;
    if (waiting == null) {
      if (incomingTrailers != null || incomingEnd) {
        deliver(owner.newBuffer());
      }
    } else if (!waiting.isEmpty() || incomingEnd) {
      incoming = null;
      deliver(waiting);
    }
  }

  /** Hands over data, and what ends the message, and makes room for more. */
  private void deliver(NettyBuffer data) {
    delivering = true;
    boolean end = incomingEnd;
    HeaderMap trailers = incomingTrailers;
    if (end) {
      remoteEnded = true;
      incomingEnd = false;
    }
    int bytes = (int) data.length();
    if (bytes > 0 || end && trailers == null) {
      deliverData(data, end && trailers == null);
      data.release();
      owner.onConsumed(bytes);
    }
    if (trailers != null && !closed) {
      incomingTrailers = null;
      deliverTrailers(trailers);
    }
    delivering = false;
    if (closed) {
      return;
    }
    if (!end) {
      giveWindow(bytes);
      deliverWaiting();
    }
    owner.closeIfComplete(this);
  }

  private void giveWindow(int bytes) {
    consumed += bytes;
    if (consumed > owner.settings.streamWindow() / 2) {
      owner.writer.windowUpdate(id, consumed);
      windowUsed -= consumed;
      consumed = 0;
    }
  }

  // ---- what goes out

  /** Whether a part of the body waits for the windows. */
  boolean waits() {
    return outgoing != null && !outgoing.isEmpty();
  }

  @Override
  public final long heldBytes() {
    return (outgoing == null ? 0 : outgoing.length()) + (incoming == null ? 0 : incoming.length());
  }

  NettyBuffer outgoing() {
    NettyBuffer body = outgoing;
    if (body == null) {
      body = owner.newBuffer();
      outgoing = body;
    }
    return body;
  }

  void keepOutgoing(NettyBuffer body) {
    owner.stats.pendingSendBytes.add(body.length());
    body.moveTo(outgoing());
  }

  /** So much of what was kept has been sent. */
  void onSent(long bytes) {
    owner.stats.pendingSendBytes.add(-bytes);
  }

  /** Whether the body's last byte ends the stream. */
  boolean dataEnds() {
    return outgoingEnd && outgoingTrailers == null;
  }

  final void sendData(Buffer data, boolean endStream) {
    if (closed || localEnded || outgoingEnd) {
      data.clear();
      return;
    }
    owner.sender.send(this, (NettyBuffer) data, endStream);
  }

  final void sendTrailers(HeaderMap trailers) {
    if (closed || localEnded || outgoingEnd) {
      return;
    }
    outgoingTrailers = trailers;
    outgoingEnd = true;
    owner.sender.resume(this);
    if (outgoingTrailers != null) {
      // They wait for the peer's windows, and their map ends with the stream.
      outgoingTrailers = trailers.copy();
    }
  }

  /** Something was sent: trailers may follow, the stream may be complete. */
  final void onProgress() {
    if (held) {
      checkWatermark();
      return;
    }
    HeaderMap trailers = outgoingTrailers;
    if (trailers != null && !waits() && !closed) {
      outgoingTrailers = null;
      localEnded = true;
      if (trailers.isEmpty()) {
        owner.writer.data(id, outgoing(), 0, true);
      } else {
        owner.writeTrailers(this, trailers);
      }
    }
    checkWatermark();
    if (localEnded) {
      owner.closeIfComplete(this);
    } else if (outgoingEnd && !closed) {
      onFlushing();
    }
  }

  /** All was said, but the peer's windows do not let it out yet. */
  void onFlushing() {}

  private void checkWatermark() {
    long limit = owner.connection.bufferLimit();
    if (limit == 0 || closed || outgoing == null) {
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

  // ---- CodecStream

  boolean closed() {
    return closed;
  }

  @Override
  public final void addCallbacks(StreamCallbacks callbacks) {
    listeners.add(callbacks);
  }

  @Override
  public final void removeCallbacks(StreamCallbacks callbacks) {
    listeners.remove(callbacks);
  }

  @Override
  public final void resetStream(StreamResetReason reason) {
    owner.resetLocally(this, reason, owner.resetCode(this, reason));
  }

  @Override
  public final void readDisable(boolean disable) {
    readDisables += disable ? 1 : -1;
    if (readDisables == 0) {
      deliverWaiting();
    }
  }

  @Override
  public final long bufferLimit() {
    return owner.connection.bufferLimit();
  }

  /** Nothing goes in or out any more. */
  void close() {
    closed = true;
    owner.sender.remove(this);
    if (outgoing != null) {
      owner.stats.pendingSendBytes.add(-outgoing.length());
      outgoing.release();
    }
    if (incoming != null) {
      owner.onConsumed((int) incoming.length());
      incoming.release();
    }
  }

  @Override
  public final WireBytes wireBytes() {
    return wire;
  }
}
