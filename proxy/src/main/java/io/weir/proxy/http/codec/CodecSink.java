package io.weir.proxy.http.codec;

import io.weir.filter.buffer.Buffer;

/** Where a codec writes. Bytes are flushed by the connection when the event loop's batch ends. */
public interface CodecSink {
  /** Takes all bytes of {@code data}. */
  void write(Buffer data);
}
