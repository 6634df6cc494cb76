package io.weir.filter.http;

import io.weir.filter.buffer.Buffer;

/** The sending half of a call-out stream. Used on the worker that started it. */
public interface HttpStream {
  void sendHeaders(HeaderMap headers, boolean endStream);

  /** Takes all bytes of {@code data}. */
  void sendData(Buffer data, boolean endStream);

  void sendTrailers(HeaderMap trailers);

  /** Ends the call; the listener is not called any more. */
  void reset();

  /** Whether the peer reads slower than we write; see {@link WatermarkCallbacks}. */
  boolean aboveWriteBufferHighWatermark();

  /** Stops (true) or resumes reading the response; calls nest. */
  void readDisable(boolean disable);
}
