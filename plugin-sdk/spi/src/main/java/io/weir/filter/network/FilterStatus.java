package io.weir.filter.network;

/** What happens after a network filter was called. Envoy's {@code Network::FilterStatus}. */
public enum FilterStatus {
  CONTINUE,
  /** Later filters wait until {@code continueReading}; bytes left in the buffer stay there. */
  STOP_ITERATION
}
