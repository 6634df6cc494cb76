package io.weir.proxy.http.codec;

import io.netty.buffer.ByteBuf;
import io.weir.proxy.buffer.NettyBuffer;

/**
 * Writes frames to a connection, gathered until the event loop's batch ends. Belongs to one
 * connection.
 */
final class Http2FrameWriter {
  /** Payloads up to this size are copied behind their frame's head instead of referred to. */
  private static final int COPIED = 1024;

  /** So much is handed on without waiting, so that the connection's watermark is seen. */
  private static final int ENOUGH = 64 * 1024;

  private final CodecConnection connection;
  private final NettyBuffer out;
  private final Http2OutboundFrames frames;
  private final Runnable flush = this::onBatchEnd;
  private int maxFrameSize = Http2.DEFAULT_FRAME_SIZE;
  private boolean flushScheduled;

  /** DATA frames sent so far. */
  long dataFrames;

  Http2FrameWriter(CodecConnection connection, NettyBuffer out, Http2OutboundFrames frames) {
    this.connection = connection;
    this.out = out;
    this.frames = frames;
  }

  /** The peer's limit for the payload of a frame. */
  void setMaxFrameSize(int bytes) {
    maxFrameSize = bytes;
  }

  int maxFrameSize() {
    return maxFrameSize;
  }

  void raw(byte[] bytes) {
    out.append(bytes);
    schedule();
  }

  private ByteBuf begin(int room, int length, int type, int flags, int stream) {
    return out.tail(Http2.FRAME_HEADER + room)
        .writeMedium(length)
        .writeByte(type)
        .writeByte(flags)
        .writeInt(stream);
  }

  private void end(int inTail, int bytes, boolean control) {
    out.wrote(inTail);
    frames.add(bytes, control);
    schedule();
  }

  private void control(int length) {
    end(Http2.FRAME_HEADER + length, Http2.FRAME_HEADER + length, true);
  }

  private void schedule() {
    if (out.length() >= ENOUGH) {
      flush();
    } else if (!flushScheduled) {
      flushScheduled = true;
      connection.atEndOfBatch(flush);
    }
  }

  private void onBatchEnd() {
    flushScheduled = false;
    flush();
  }

  /** Hands everything to the connection. */
  void flush() {
    if (!out.isEmpty()) {
      connection.write(out);
    }
  }

  void release() {
    out.release();
  }

  /**
   * Settings as pairs of identifier and value.
   *
   * @param pairs identifier, value, identifier, value
   */
  void settings(long[] pairs) {
    int length = pairs.length / 2 * 6;
    ByteBuf frame = begin(length, length, Http2.SETTINGS, 0, 0);
    for (int i = 0; i < pairs.length; i += 2) {
      frame.writeShort((int) pairs[i]).writeInt((int) pairs[i + 1]);
    }
    control(length);
  }

  void settingsAck() {
    begin(0, 0, Http2.SETTINGS, Http2.ACK, 0);
    control(0);
  }

  void ping(long data, boolean ack) {
    begin(8, 8, Http2.PING, ack ? Http2.ACK : 0, 0).writeLong(data);
    control(8);
  }

  void windowUpdate(int stream, int bytes) {
    begin(4, 4, Http2.WINDOW_UPDATE, 0, stream).writeInt(bytes);
    end(Http2.FRAME_HEADER + 4, Http2.FRAME_HEADER + 4, false);
  }

  void reset(int stream, int code) {
    begin(4, 4, Http2.RST_STREAM, 0, stream).writeInt(code);
    control(4);
  }

  void goAway(int lastStream, int code) {
    begin(8, 8, Http2.GOAWAY, 0, 0).writeInt(lastStream).writeInt(code);
    control(8);
  }

  /** A header block, in as many frames as it needs. */
  void headers(int stream, byte[] block, int length, boolean endStream) {
    int type = Http2.HEADERS;
    int flags = endStream ? Http2.END_STREAM : 0;
    int at = 0;
    do {
      int part = Math.min(length - at, maxFrameSize);
      boolean last = at + part == length;
      begin(part, part, type, flags | (last ? Http2.END_HEADERS : 0), stream)
          .writeBytes(block, at, part);
      end(Http2.FRAME_HEADER + part, Http2.FRAME_HEADER + part, false);
      at += part;
      type = Http2.CONTINUATION;
      flags = 0;
    } while (at < length);
  }

  /**
   * One DATA frame with the first {@code bytes} of {@code data}, which must not exceed {@link
   * #maxFrameSize}.
   */
  void data(int stream, NettyBuffer data, int bytes, boolean endStream) {
    dataFrames++;
    int flags = endStream ? Http2.END_STREAM : 0;
    int whole = Http2.FRAME_HEADER + bytes;
    if (bytes > COPIED) {
      begin(0, bytes, Http2.DATA, flags, stream);
      out.wrote(Http2.FRAME_HEADER);
      data.moveTo(out, bytes);
      end(0, whole, false);
      return;
    }
    ByteBuf frame = begin(bytes, bytes, Http2.DATA, flags, stream);
    for (int left = bytes; left > 0; ) {
      ByteBuf slice = data.slice(0);
      int part = Math.min(left, slice.readableBytes());
      frame.writeBytes(slice, slice.readerIndex(), part);
      data.drain(part);
      left -= part;
    }
    end(whole, whole, false);
  }
}
