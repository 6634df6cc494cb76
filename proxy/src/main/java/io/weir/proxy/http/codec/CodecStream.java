package io.weir.proxy.http.codec;

import io.weir.filter.http.StreamResetReason;

/** One stream of a codec, either side. Envoy's {@code Http::Stream}. */
public interface CodecStream {
  void addCallbacks(StreamCallbacks callbacks);

  void removeCallbacks(StreamCallbacks callbacks);

  /** Ends the stream at once; callbacks are told with the same reason. */
  void resetStream(StreamResetReason reason);

  /** Stops (true) or resumes delivering the peer's data; calls nest. */
  void readDisable(boolean disable);

  /** Bytes that wait to be written. */
  default long heldBytes() {
    return 0;
  }

  /** Bytes that may wait to be written before the high watermark; 0 for no limit. */
  long bufferLimit();

  /** What the stream takes on the wire; the object is the stream's until the next but one. */
  default WireBytes wireBytes() {
    return WireBytes.NONE;
  }
}
