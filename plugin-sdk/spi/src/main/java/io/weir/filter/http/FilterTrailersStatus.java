package io.weir.filter.http;

/** What happens after a filter saw trailers. Envoy's {@code FilterTrailersStatus}. */
public enum FilterTrailersStatus {
  CONTINUE,
  /** Hold the trailers until {@code continueDecoding/Encoding}. */
  STOP_ITERATION
}
