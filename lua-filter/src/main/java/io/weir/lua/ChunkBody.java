package io.weir.lua;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.lua.api.Body;

/**
 * One piece of a streamed body. A piece that changes its length takes the message's {@code
 * content-length} away where the headers have not left yet; Envoy sets it to the piece's length.
 */
record ChunkBody(Buffer buffer, HeaderMap headers) implements Body {
  @Override
  public long length() {
    return buffer.length();
  }

  @Override
  public byte[] read(long index, int length) {
    byte[] bytes = new byte[length];
    if (length > 0) {
      buffer.copyTo(index, bytes, 0, length);
    }
    return bytes;
  }

  @Override
  public void replace(byte[] bytes) {
    if (bytes.length != buffer.length()) {
      headers.remove(HeaderName.CONTENT_LENGTH);
    }
    buffer.clear();
    buffer.append(bytes);
  }
}
