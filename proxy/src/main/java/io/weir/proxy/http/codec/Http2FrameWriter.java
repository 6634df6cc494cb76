package io.weir.proxy.http.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.proxy.buffer.NettyBuffer;

/** Writes frames to a connection. Belongs to one connection. */
final class Http2FrameWriter {
  private final ByteBufAllocator allocator;
  private final CodecConnection connection;
  private final NettyBuffer out;
  private int maxFrameSize = Http2.DEFAULT_FRAME_SIZE;

  Http2FrameWriter(ByteBufAllocator allocator, CodecConnection connection) {
    this.allocator = allocator;
    this.connection = connection;
    this.out = new NettyBuffer(allocator);
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
    flush();
  }

  private static void header(ByteBuf to, int length, int type, int flags, int stream) {
    to.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
  }

  private ByteBuf frame(int length, int type, int flags, int stream) {
    ByteBuf frame = allocator.buffer(Http2.FRAME_HEADER + length);
    header(frame, length, type, flags, stream);
    return frame;
  }

  private void send(ByteBuf frame) {
    out.append(frame);
    flush();
  }

  private void flush() {
    connection.write(out);
  }

  /**
   * Settings as pairs of identifier and value.
   *
   * @param pairs identifier, value, identifier, value
   */
  void settings(long... pairs) {
    ByteBuf frame = frame(pairs.length / 2 * 6, Http2.SETTINGS, 0, 0);
    for (int i = 0; i < pairs.length; i += 2) {
      frame.writeShort((int) pairs[i]).writeInt((int) pairs[i + 1]);
    }
    send(frame);
  }

  void settingsAck() {
    send(frame(0, Http2.SETTINGS, Http2.ACK, 0));
  }

  void ping(long data, boolean ack) {
    send(frame(8, Http2.PING, ack ? Http2.ACK : 0, 0).writeLong(data));
  }

  void windowUpdate(int stream, int bytes) {
    send(frame(4, Http2.WINDOW_UPDATE, 0, stream).writeInt(bytes));
  }

  void reset(int stream, int code) {
    send(frame(4, Http2.RST_STREAM, 0, stream).writeInt(code));
  }

  void goAway(int lastStream, int code) {
    send(frame(8, Http2.GOAWAY, 0, 0).writeInt(lastStream).writeInt(code));
  }

  /** A header block, in as many frames as it needs. Takes over {@code block}. */
  void headers(int stream, ByteBuf block, boolean endStream) {
    int length = block.readableBytes();
    int flags = endStream ? Http2.END_STREAM : 0;
    if (length <= maxFrameSize) {
      out.append(frame(0, Http2.HEADERS, flags | Http2.END_HEADERS, stream).setMedium(0, length));
      out.append(block);
      flush();
      return;
    }
    int type = Http2.HEADERS;
    while (block.isReadable()) {
      int part = Math.min(block.readableBytes(), maxFrameSize);
      boolean last = part == block.readableBytes();
      int partFlags = (type == Http2.HEADERS ? flags : 0) | (last ? Http2.END_HEADERS : 0);
      out.append(frame(0, type, partFlags, stream).setMedium(0, part));
      out.append(block.readRetainedSlice(part));
      type = Http2.CONTINUATION;
    }
    block.release();
    flush();
  }

  /**
   * One DATA frame with the first {@code bytes} of {@code data}, which must not exceed {@link
   * #maxFrameSize}.
   */
  void data(int stream, NettyBuffer data, int bytes, boolean endStream) {
    ByteBuf head = frame(0, Http2.DATA, endStream ? Http2.END_STREAM : 0, stream);
    out.append(head.setMedium(0, bytes));
    data.moveTo(out, bytes);
    flush();
  }
}
