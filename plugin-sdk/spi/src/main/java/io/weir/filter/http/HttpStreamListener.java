package io.weir.filter.http;

import io.weir.filter.buffer.Buffer;

/** The receiving half of a call-out stream; called on the worker that started it. */
public interface HttpStreamListener extends WatermarkCallbacks {

  /** The answer that follows is the proxy's own, with these response code details. */
  default void onLocalReply(String details) {}

  void onHeaders(HeaderMap headers, boolean endStream);

  void onData(Buffer data, boolean endStream);

  void onTrailers(HeaderMap trailers);

  /** Both directions ended. Nothing follows. */
  void onComplete();

  /** The stream broke or was refused. Nothing follows. */
  void onReset(StreamResetReason reason, String details);

  @Override
  default void onAboveWriteBufferHighWatermark() {}

  @Override
  default void onBelowWriteBufferLowWatermark() {}
}
