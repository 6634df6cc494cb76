package io.weir.proxy.http.codec;

import io.weir.proxy.buffer.NettyBuffer;

/**
 * Receives frames whose form is right. Methods return an error code of the connection, 0 if none.
 */
interface Http2FrameListener {

  /**
   * @param data the payload without padding; all is taken or dropped
   * @param flowControlled bytes that count against the windows, padding included
   */
  int onData(int stream, NettyBuffer data, int flowControlled, boolean endStream);

  /** A HEADERS or CONTINUATION frame; false when it is one too many. */
  boolean onHeadersFrame(boolean empty);

  /** A whole header block. */
  int onHeaders(int stream, byte[] block, int length, boolean endStream);

  int onPriority(int stream);

  int onReset(int stream, int code);

  int onSetting(int identifier, long value);

  /** All settings of a frame were delivered; it must be acknowledged. */
  int onSettingsEnd();

  int onSettingsAck();

  int onPing(long data, boolean ack);

  int onGoAway(int lastStream, int code);

  int onWindowUpdate(int stream, int bytes);

  int onPushPromise(int stream);
}
