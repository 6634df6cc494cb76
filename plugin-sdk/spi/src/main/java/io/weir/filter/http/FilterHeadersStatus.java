package io.weir.filter.http;

/** What happens after a filter saw headers. Envoy's {@code FilterHeadersStatus}. */
public enum FilterHeadersStatus {
  /** Go on to the next filter. */
  CONTINUE,
  /**
   * Hold the headers here. Data and trailers still reach this filter; a data or trailers callback
   * returning {@code CONTINUE}, or {@code continueDecoding/Encoding}, lets the headers go on.
   */
  STOP_ITERATION,
  /**
   * Go on, but with {@code endStream} false: the filter will inject a body. Legal only when {@code
   * endStream} was true.
   */
  CONTINUE_AND_DONT_END_STREAM,
  /**
   * Hold everything before this filter, its own data callbacks included, and buffer it; over the
   * buffer limit a request is answered 413, a response 500.
   */
  STOP_ALL_ITERATION_AND_BUFFER,
  /** As above, but over the buffer limit the sender is slowed down instead. */
  STOP_ALL_ITERATION_AND_WATERMARK
}
