package io.weir.proxy.http.codec;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;

/** Receives a request from a server codec. Header maps are handed over. */
public interface RequestDecoder {
  void decodeHeaders(HeaderMap headers, boolean endStream);

  /** Takes what it wants of {@code data}; the codec releases the rest. */
  void decodeData(Buffer data, boolean endStream);

  void decodeTrailers(HeaderMap trailers);

  /** The codec refuses the request; answers unless the response has begun. */
  void sendCodecError(int code, String body, String details);
}
