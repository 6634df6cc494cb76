package io.weir.proxy.http.codec;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/** One request and its response on an upstream connection. Belongs to its codec. */
final class Http2ClientStream extends Http2Stream implements RequestEncoder {
  private final Http2ClientCodec codec;
  final ResponseDecoder decoder;
  private boolean opened;
  boolean headersReceived;
  boolean head;

  /** The protocol that an HTTP/1 upgrade asks for, sent as extended CONNECT; null for none. */
  @Nullable String upgrade;

  Http2ClientStream(Http2ClientCodec codec, int id, ResponseDecoder decoder, long sendWindow) {
    super(codec, id, sendWindow);
    this.codec = codec;
    this.decoder = decoder;
  }

  @Override
  boolean opened() {
    return opened;
  }

  @Override
  void deliverData(Buffer data, boolean end) {
    decoder.decodeData(data, end);
  }

  @Override
  void deliverTrailers(HeaderMap trailers) {
    decoder.decodeTrailers(trailers);
  }

  @Override
  public @Nullable String encodeHeaders(HeaderMap headers, boolean endStream) {
    if (closed()) {
      return null;
    }
    String problem = codec.writeHeaders(this, headers, endStream);
    if (problem == null) {
      opened = true;
      localEnded = endStream;
      codec.closeIfComplete(this);
    }
    return problem;
  }

  @Override
  public void encodeData(Buffer data, boolean endStream) {
    sendData(data, endStream);
  }

  @Override
  public void encodeTrailers(HeaderMap trailers) {
    sendTrailers(trailers);
  }

  @Override
  public CodecStream stream() {
    return this;
  }
}
