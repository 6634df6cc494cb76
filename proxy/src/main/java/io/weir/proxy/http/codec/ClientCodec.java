package io.weir.proxy.http.codec;

import io.weir.filter.Protocol;
import io.weir.proxy.buffer.NettyBuffer;
import org.jspecify.annotations.Nullable;

/** The HTTP engine of one upstream connection. */
public interface ClientCodec {
  Protocol protocol();

  /** Starts a stream; the response goes to {@code decoder}. */
  RequestEncoder newStream(ResponseDecoder decoder);

  /**
   * Bytes from the peer; all are taken.
   *
   * @return null, or why the connection must be closed (details string); the streams have been
   *     reset
   */
  @Nullable String dispatch(NettyBuffer data);

  /** The peer closed its side, or the connection broke: ends what is open. */
  void onConnectionClosed(String transportFailure);

  /** Whether the response under way is complete when the connection ends. */
  default boolean endsWithConnection() {
    return false;
  }

  /**
   * The peer sends nothing more, but may still read; only where a connection may be half-closed.
   */
  default void onPeerEnded() {}

  void onConnectionAboveWriteBufferHighWatermark();

  void onConnectionBelowWriteBufferLowWatermark();

  /** Receives events of the whole connection. */
  interface Callbacks {
    /** The peer wants no new streams, or the connection cannot be used again. */
    void onGoAway();

    /** The number of concurrent streams that the peer allows has changed. */
    void onMaxStreamsChanged(int maxStreams);
  }
}
