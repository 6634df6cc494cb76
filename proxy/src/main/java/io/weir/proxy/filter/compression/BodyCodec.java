package io.weir.proxy.filter.compression;

import io.weir.filter.buffer.Buffer;

/** Turns a body into another, piece by piece. Owned by one stream; closed with it. */
public interface BodyCodec extends AutoCloseable {

  /**
   * Replaces {@code data} by what comes of it so far.
   *
   * @param end whether nothing follows
   * @throws CodecFailure when the bytes are not what they should be
   */
  void process(Buffer data, boolean end) throws CodecFailure;

  @Override
  void close();

  /** A body that cannot be processed. */
  final class CodecFailure extends Exception {
    private static final long serialVersionUID = 1L;

    CodecFailure(String message) {
      super(message, null, false, false);
    }
  }
}
