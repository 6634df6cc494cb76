package io.weir.filter.http;

/** What happens after a filter saw data. Envoy's {@code FilterDataStatus}. */
public enum FilterDataStatus {
  /** Go on; headers that were held go first, then all that is buffered with this data. */
  CONTINUE,
  /** Stop and buffer; over the limit a request is answered 413, a response 500. */
  STOP_ITERATION_AND_BUFFER,
  /** Stop and buffer; over the limit the sender is slowed down. */
  STOP_ITERATION_AND_WATERMARK,
  /** Stop; the filter has taken the bytes, or they are dropped. */
  STOP_ITERATION_NO_BUFFER
}
