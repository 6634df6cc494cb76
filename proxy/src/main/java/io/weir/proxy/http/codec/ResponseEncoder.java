package io.weir.proxy.http.codec;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;

/** Sends a response through a server codec. */
public interface ResponseEncoder {
  void encode1xxHeaders(HeaderMap headers);

  void encodeHeaders(HeaderMap headers, boolean endStream);

  /** Takes all bytes of {@code data}. */
  void encodeData(Buffer data, boolean endStream);

  void encodeTrailers(HeaderMap trailers);

  CodecStream stream();
}
