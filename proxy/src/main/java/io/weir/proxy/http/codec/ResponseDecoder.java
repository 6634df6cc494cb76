package io.weir.proxy.http.codec;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;

/** Receives a response from a client codec. Header maps are handed over. */
public interface ResponseDecoder {
  void decode1xxHeaders(HeaderMap headers);

  void decodeHeaders(HeaderMap headers, boolean endStream);

  /** Takes what it wants of {@code data}; the codec releases the rest. */
  void decodeData(Buffer data, boolean endStream);

  void decodeTrailers(HeaderMap trailers);
}
