package io.weir.filter.network;

import io.weir.filter.buffer.Buffer;

/**
 * A filter of one connection, both directions. Read methods are called in chain order, {@link
 * #onWrite} in reverse. All methods run on the connection's worker.
 */
public interface NetworkFilter {

  default FilterStatus onNewConnection() {
    return FilterStatus.CONTINUE;
  }

  /**
   * Bytes from the peer.
   *
   * @param data the connection's one read buffer; what a filter leaves in it when it stops is there
   *     at its next call
   * @param endStream the peer sent its last byte; only with half-close enabled
   */
  default FilterStatus onData(Buffer data, boolean endStream) {
    return FilterStatus.CONTINUE;
  }

  /** Bytes on their way to the peer. */
  default FilterStatus onWrite(Buffer data, boolean endStream) {
    return FilterStatus.CONTINUE;
  }

  /** The connection is closed, by the peer (true) or by us. Called once. */
  default void onClose(boolean byPeer) {}

  /** The connection's write buffer filled up, or has drained. */
  default void onAboveWriteBufferHighWatermark() {}

  default void onBelowWriteBufferLowWatermark() {}

  /** Callbacks must not be used any more. */
  default void onDestroy() {}
}
