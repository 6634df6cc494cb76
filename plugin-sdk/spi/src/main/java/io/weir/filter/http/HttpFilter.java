package io.weir.filter.http;

import io.weir.filter.buffer.Buffer;

/**
 * A filter of one stream, both directions. All methods run on the stream's worker. Decode methods
 * are called in chain order, encode methods in reverse; {@code endStream} is never true on headers
 * or data when more follows. The last three methods are called once, in their order, for every
 * filter before the next method of any.
 */
public interface HttpFilter {

  default FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    return FilterHeadersStatus.CONTINUE;
  }

  /**
   * @param data may be edited in place; what is left goes on or is buffered as the status says
   */
  default FilterDataStatus decodeData(Buffer data, boolean endStream) {
    return FilterDataStatus.CONTINUE;
  }

  default FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    return FilterTrailersStatus.CONTINUE;
  }

  /** The filter has seen the end of the request. */
  default void decodeComplete() {}

  /** An informational response other than 101. */
  default FilterHeadersStatus encode1xxHeaders(HeaderMap headers) {
    return FilterHeadersStatus.CONTINUE;
  }

  default FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    return FilterHeadersStatus.CONTINUE;
  }

  default FilterDataStatus encodeData(Buffer data, boolean endStream) {
    return FilterDataStatus.CONTINUE;
  }

  default FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    return FilterTrailersStatus.CONTINUE;
  }

  /** The filter has seen the end of the response. */
  default void encodeComplete() {}

  /**
   * A local reply is about to be sent, by whomever; called from the terminal filter back to the
   * first. May be called more than once; must not send a local reply.
   */
  default LocalReplyStatus onLocalReply(LocalReply reply) {
    return LocalReplyStatus.CONTINUE;
  }

  /** The stream has ended; statistics and metadata may still be written for the access log. */
  default void onStreamComplete() {}

  /** Callbacks must not be used any more; release everything. */
  default void onDestroy() {}
}
