package io.weir.proxy.http.codec;

import io.weir.filter.Protocol;
import io.weir.proxy.buffer.NettyBuffer;
import org.jspecify.annotations.Nullable;

/** The HTTP engine of one downstream connection. Owned by the connection's worker. */
public interface ServerCodec {
  Protocol protocol();

  /**
   * Bytes from the peer; all are taken. May be called with none after a stream has ended, to go on
   * with what the peer sent ahead.
   *
   * @return null, or why the connection must be closed after what was written (details string); the
   *     stream concerned was told
   */
  @Nullable String dispatch(NettyBuffer data);

  /** Whether bytes wait that {@link #dispatch} could not handle yet. */
  boolean hasPending();

  /** Whether parts of responses wait that their streams are done with. */
  default boolean hasUnsent() {
    return false;
  }

  /** Whether the head of a request has begun to arrive and is not complete. */
  boolean headBegun();

  /** Answers the request whose head has begun to arrive. */
  void refuse(CodecError error);

  /** Accepts no more streams than there are; tells the peer where the protocol can. */
  void goAway();

  /** Tells the peer to send no more streams soon, where the protocol can. */
  void shutdownNotice();

  /** The connection broke or was closed: ends what is open, releases what is held. */
  void onConnectionClosed();

  void onConnectionAboveWriteBufferHighWatermark();

  void onConnectionBelowWriteBufferLowWatermark();

  /** Makes streams. */
  interface Callbacks {
    /** A request begins; {@code encoder} sends its response. */
    RequestDecoder newStream(ResponseEncoder encoder);

    /** The peer said that it goes away. */
    default void onGoAway() {}

    /** A response was made, and its stream reset by the peer before it was sent. */
    default void onResponseWasted() {}

    /** No new streams are accepted, and the last one's response has been written. */
    default void onSent() {}
  }
}
