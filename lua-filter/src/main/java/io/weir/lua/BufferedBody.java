package io.weir.lua;

import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.lua.api.Body;

/** The whole body of a message, held until the script lets it go. */
record BufferedBody(
    MessageSide side, HttpFilterCallbacks callbacks, HeaderMap headers, Worker worker)
    implements Body {
  @Override
  public long length() {
    Buffer buffer = side.buffered(callbacks);
    return buffer == null ? 0 : buffer.length();
  }

  @Override
  public byte[] read(long index, int length) {
    byte[] bytes = new byte[length];
    Buffer buffer = side.buffered(callbacks);
    if (buffer != null && length > 0) {
      buffer.copyTo(index, bytes, 0, length);
    }
    return bytes;
  }

  @Override
  public void replace(byte[] bytes) {
    if (side.buffered(callbacks) == null) {
      Buffer fresh = worker.newBuffer();
      fresh.append(bytes);
      side.addData(callbacks, fresh);
    } else {
      side.modify(
          callbacks,
          buffer -> {
            buffer.clear();
            buffer.append(bytes);
          });
    }
    headers.set(HeaderName.CONTENT_LENGTH, bytes.length);
  }
}
