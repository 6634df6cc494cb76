package io.weir.proxy.http.codec;

import io.weir.proxy.buffer.NettyBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends bodies as the windows and the connection allow. Streams that wait for the connection take
 * turns, a frame each. Belongs to one connection.
 */
final class Http2Sender {
  private final Http2FrameWriter writer;
  private long window = Http2.DEFAULT_WINDOW;
  private boolean paused;
  // Streams whose window has room, in the order in which they came.
  private @Nullable Http2Stream first;
  private @Nullable Http2Stream last;

  Http2Sender(Http2FrameWriter writer) {
    this.writer = writer;
  }

  /**
   * Sends what can be sent of a stream's body now.
   *
   * @param body all is taken: the rest waits in the stream
   */
  void send(Http2Stream stream, NettyBuffer body, boolean end) {
    if (!stream.waits() && !stream.held) {
      frames(stream, body, end, Integer.MAX_VALUE);
    }
    if (!body.isEmpty()) {
      stream.keepOutgoing(body);
    }
    if (end && !stream.localEnded) {
      stream.outgoingEnd = true;
    }
    settle(stream);
  }

  /** The stream's own window has grown, or its trailers have come. */
  void resume(Http2Stream stream) {
    if (!stream.held && (stream.waits() || stream.dataEnds() && !stream.localEnded)) {
      waiting(stream, Integer.MAX_VALUE);
    }
    settle(stream);
  }

  /**
   * The connection's window has grown.
   *
   * @return false when it has grown too large
   */
  boolean grow(int bytes) {
    window += bytes;
    if (window > Http2.MAX_WINDOW) {
      return false;
    }
    serve();
    return true;
  }

  /** While the connection has enough to write nothing is added to it. */
  void pause(boolean wait) {
    paused = wait;
    serve();
  }

  private void serve() {
    Http2Stream stream;
    while (!paused && window > 0 && (stream = first) != null) {
      remove(stream);
      waiting(stream, 1);
      settle(stream);
    }
  }

  private void waiting(Http2Stream stream, int most) {
    NettyBuffer body = stream.outgoing();
    long before = body.length();
    frames(stream, body, stream.dataEnds(), most);
    stream.onSent(before - body.length());
  }

  private void frames(Http2Stream stream, NettyBuffer from, boolean end, int most) {
    for (int i = 0; i < most && !from.isEmpty(); i++) {
      long room = paused ? 0 : Math.min(window, stream.sendWindow);
      if (room <= 0) {
        return;
      }
      int bytes = (int) Math.min(Math.min(room, from.length()), writer.maxFrameSize());
      boolean ends = end && bytes == from.length();
      window -= bytes;
      stream.sendWindow -= bytes;
      stream.localEnded = ends;
      stream.wire.sent(Http2.FRAME_HEADER + bytes);
      writer.data(stream.id, from, bytes, ends);
    }
    if (from.isEmpty() && end && !stream.localEnded) {
      stream.localEnded = true;
      stream.wire.sent(Http2.FRAME_HEADER);
      writer.data(stream.id, from, 0, true);
    }
  }

  private void settle(Http2Stream stream) {
    if (stream.waits() && stream.sendWindow > 0 && !stream.queued && !stream.held) {
      add(stream);
    }
    stream.onProgress();
  }

  private void add(Http2Stream stream) {
    stream.queued = true;
    stream.previousQueued = last;
    if (last == null) {
      first = stream;
    } else {
      last.nextQueued = stream;
    }
    last = stream;
  }

  /** Takes a stream off the queue. */
  void remove(Http2Stream stream) {
    if (!stream.queued) {
      return;
    }
    stream.queued = false;
    Http2Stream before = stream.previousQueued;
    Http2Stream after = stream.nextQueued;
    if (before == null) {
      first = after;
    } else {
      before.nextQueued = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previousQueued = before;
    }
    stream.previousQueued = null;
    stream.nextQueued = null;
  }
}
