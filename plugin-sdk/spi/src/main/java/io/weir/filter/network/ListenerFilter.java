package io.weir.filter.network;

import io.weir.filter.buffer.Buffer;

/** Looks at an accepted socket before its filter chain is chosen. Runs on the socket's worker. */
public interface ListenerFilter {

  /** Called first; a filter that needs bytes stops here. */
  FilterStatus onAccept(ListenerFilterCallbacks callbacks);

  /**
   * Bytes have come.
   *
   * @param peeked the bytes so far; a filter that consumes a preamble drains it
   * @return CONTINUE when done, STOP_ITERATION to see more
   */
  default FilterStatus onData(Buffer peeked) {
    return FilterStatus.CONTINUE;
  }

  /** The most bytes that the filter wants to see; 0 for none. */
  default int maxReadBytes() {
    return 0;
  }
}
