package io.weir.proxy.http.codec;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/** Sends a request through a client codec. */
public interface RequestEncoder {
  /**
   * @return null, or why the headers cannot be sent (a required one is missing or invalid); nothing
   *     was sent then
   */
  @Nullable String encodeHeaders(HeaderMap headers, boolean endStream);

  /** Takes all bytes of {@code data}. */
  void encodeData(Buffer data, boolean endStream);

  void encodeTrailers(HeaderMap trailers);

  CodecStream stream();
}
