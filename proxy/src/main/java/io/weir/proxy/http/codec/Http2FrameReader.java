package io.weir.proxy.http.codec;

import io.weir.filter.Worker;
import io.weir.proxy.buffer.NettyBuffer;
import java.util.Arrays;

/**
 * Takes frames off a connection's bytes, checks their form, and joins header blocks. Belongs to one
 * connection.
 */
final class Http2FrameReader {
  /** A block may come in pieces of this size, and a few smaller ones. */
  private static final int SMALL_PIECE = 1024;

  private static final int FEW_PIECES = 32;

  private final Http2FrameListener listener;
  private final NettyBuffer payload;
  private final NettyBuffer unpadded;
  private final int maxBlock;
  private final byte[] head = new byte[Http2.FRAME_HEADER];
  private final byte[] small = new byte[8];
  private boolean headRead;
  private int length;
  private int type;
  private int flags;
  private int stream;
  private byte[] block = new byte[1024];
  private int blockLength;
  private int blockStream;
  private boolean blockEndStream;
  private int continuations;
  private boolean settingsSeen;
  private boolean stopped;

  /**
   * @param maxBlock bytes of an encoded header block
   */
  Http2FrameReader(Http2FrameListener listener, Worker worker, int maxBlock) {
    this.listener = listener;
    this.payload = (NettyBuffer) worker.newBuffer();
    this.unpadded = (NettyBuffer) worker.newBuffer();
    this.maxBlock = maxBlock;
  }

  /**
   * Reads all whole frames of {@code in}.
   *
   * @return an error code of the connection, 0 for none
   */
  int read(NettyBuffer in) {
    while (!stopped) {
      if (!headRead) {
        if (in.length() < Http2.FRAME_HEADER) {
          return 0;
        }
        in.copyTo(0, head, 0, Http2.FRAME_HEADER);
        in.drain(Http2.FRAME_HEADER);
        length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff;
        type = head[3] & 0xff;
        flags = head[4] & 0xff;
        stream = number(head, 5) & 0x7fffffff;
        headRead = true;
        int error = checkHead();
        if (error != 0) {
          return error;
        }
      }
      if (in.length() < length) {
        return 0;
      }
      headRead = false;
      in.moveTo(payload, length);
      int error = frame();
      payload.release();
      if (error != 0) {
        return error;
      }
    }
    return 0;
  }

  /** Whether a header block has begun and is not complete. */
  boolean inHeaders() {
    return blockStream != 0;
  }

  private int checkHead() {
    if (length > Http2.DEFAULT_FRAME_SIZE) {
      return Http2.FRAME_SIZE_ERROR;
    }
    if (!settingsSeen && (type != Http2.SETTINGS || has(Http2.ACK))) {
      return Http2.PROTOCOL_ERROR;
    }
    settingsSeen = true;
    if (blockStream != 0 && (type != Http2.CONTINUATION || stream != blockStream)) {
      return Http2.PROTOCOL_ERROR;
    }
    boolean wrongLength =
        switch (type) {
          case Http2.PRIORITY -> length != 5;
          case Http2.RST_STREAM, Http2.WINDOW_UPDATE -> length != 4;
          case Http2.SETTINGS -> length % 6 != 0 || has(Http2.ACK) && length != 0;
          case Http2.PING -> length != 8;
          case Http2.GOAWAY -> length < 8;
          default -> false;
        };
    if (wrongLength) {
      return Http2.FRAME_SIZE_ERROR;
    }
    boolean wrongStream =
        switch (type) {
          case Http2.DATA,
              Http2.HEADERS,
              Http2.PRIORITY,
              Http2.RST_STREAM,
              Http2.PUSH_PROMISE,
              Http2.CONTINUATION ->
              stream == 0;
          case Http2.SETTINGS, Http2.PING, Http2.GOAWAY -> stream != 0;
          default -> false;
        };
    return wrongStream ? Http2.PROTOCOL_ERROR : 0;
  }

  private boolean has(int flag) {
    return (flags & flag) != 0;
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | bytes[at + 3] & 0xff;
  }

  private int frame() {
    return switch (type) {
      case Http2.DATA -> data();
      case Http2.HEADERS -> headers();
      case Http2.CONTINUATION -> continuation();
      case Http2.PRIORITY -> {
        payload.copyTo(0, small, 0, 4);
        yield (number(small, 0) & 0x7fffffff) == stream
            ? Http2.PROTOCOL_ERROR
            : listener.onPriority(stream);
      }
      case Http2.RST_STREAM -> {
        payload.copyTo(0, small, 0, 4);
        yield listener.onReset(stream, number(small, 0));
      }
      case Http2.SETTINGS -> settings();
      case Http2.PUSH_PROMISE -> listener.onPushPromise(stream);
      case Http2.PING -> {
        payload.copyTo(0, small, 0, 8);
        long data = (long) number(small, 0) << 32 | number(small, 4) & 0xffffffffL;
        yield listener.onPing(data, has(Http2.ACK));
      }
      case Http2.GOAWAY -> {
        payload.copyTo(0, small, 0, 8);
        yield listener.onGoAway(number(small, 0) & 0x7fffffff, number(small, 4));
      }
      case Http2.WINDOW_UPDATE -> {
        payload.copyTo(0, small, 0, 4);
        yield listener.onWindowUpdate(stream, number(small, 0) & 0x7fffffff);
      }
      // Unknown types are ignored (RFC 9113, 4.1).
      default -> 0;
    };
  }

  /** Takes padding off; false when there is more padding than payload. */
  private boolean unpad(int fixed) {
    int skip = fixed;
    int padding = 0;
    if (has(Http2.PADDED)) {
      if (payload.isEmpty()) {
        return false;
      }
      padding = payload.get(0) & 0xff;
      skip++;
    }
    if (payload.length() < (long) skip + padding) {
      return false;
    }
    payload.drain(skip);
    if (padding > 0) {
      payload.moveTo(unpadded, payload.length() - padding);
      payload.release();
      unpadded.moveTo(payload);
    }
    return true;
  }

  private int data() {
    if (!unpad(0)) {
      return Http2.PROTOCOL_ERROR;
    }
    return listener.onData(stream, payload, length, has(Http2.END_STREAM));
  }

  private int headers() {
    if (!unpad(0)) {
      return Http2.PROTOCOL_ERROR;
    }
    if (has(Http2.PRIORITY_FLAG)) {
      if (payload.length() < 5) {
        return Http2.FRAME_SIZE_ERROR;
      }
      payload.copyTo(0, small, 0, 4);
      if ((number(small, 0) & 0x7fffffff) == stream) {
        return Http2.PROTOCOL_ERROR;
      }
      payload.drain(5);
    }
    blockLength = 0;
    continuations = 0;
    blockEndStream = has(Http2.END_STREAM);
    return fragment();
  }

  private int continuation() {
    if (blockStream == 0) {
      return Http2.PROTOCOL_ERROR;
    }
    // A block in endless small pieces costs more than it can be worth.
    if (++continuations > FEW_PIECES + maxBlock / SMALL_PIECE) {
      return Http2.ENHANCE_YOUR_CALM;
    }
    return fragment();
  }

  private int fragment() {
    int bytes = (int) payload.length();
    boolean empty = bytes == 0 && (!blockEndStream || type == Http2.CONTINUATION);
    if (!listener.onHeadersFrame(empty) || blockLength + bytes > maxBlock) {
      return Http2.ENHANCE_YOUR_CALM;
    }
    if (blockLength + bytes > block.length) {
      block = Arrays.copyOf(block, Math.max(block.length * 2, blockLength + bytes));
    }
    payload.copyTo(0, block, blockLength, bytes);
    blockLength += bytes;
    if (!has(Http2.END_HEADERS)) {
      blockStream = stream;
      return 0;
    }
    blockStream = 0;
    return listener.onHeaders(stream, block, blockLength, blockEndStream);
  }

  private int settings() {
    if (has(Http2.ACK)) {
      return listener.onSettingsAck();
    }
    for (int i = 0; i < length; i += 6) {
      payload.copyTo(i, small, 0, 6);
      int identifier = (small[0] & 0xff) << 8 | small[1] & 0xff;
      int error = listener.onSetting(identifier, number(small, 2) & 0xffffffffL);
      if (error != 0) {
        return error;
      }
    }
    return listener.onSettingsEnd();
  }

  /** Reads nothing any more. */
  void release() {
    stopped = true;
    payload.release();
    unpadded.release();
  }
}
