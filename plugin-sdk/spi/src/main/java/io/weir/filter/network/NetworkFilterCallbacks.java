package io.weir.filter.network;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;

/**
 * A network filter's hold on its connection; used on the connection's worker, {@link #post} apart.
 */
public interface NetworkFilterCallbacks {

  Worker worker();

  /** Runs {@code task} on the worker, unless the connection has ended by then. Any thread. */
  void post(Runnable task);

  ConnectionInfo connection();

  /** The connection seen as a stream: flags, bytes, upstream, metadata. */
  StreamInfo streamInfo();

  /** Goes on after a stop, with the read buffer as it is. */
  void continueReading();

  /** Passes bytes to the filters behind this one, past the read buffer. */
  void injectReadData(Buffer data, boolean endStream);

  /** Passes bytes to the write filters in front of this one. */
  void injectWriteData(Buffer data, boolean endStream);

  /** Sends bytes to the peer, through the write filters; takes all of {@code data}. */
  void write(Buffer data, boolean endStream);

  /** Stops (true) or resumes reading from the peer; calls nest. */
  void readDisable(boolean disable);

  /** Whether reads of an ended peer are delivered as {@code endStream} instead of closing. */
  void enableHalfClose(boolean enabled);

  boolean aboveWriteBufferHighWatermark();

  /** {@code per_connection_buffer_limit_bytes} of the listener; 0 for no limit. */
  default long bufferLimit() {
    return 0;
  }

  /** Bytes that were written and have not left the process yet. */
  default long unsentBytes() {
    return 0;
  }

  /**
   * How long {@link CloseType#FLUSH_WRITE_AND_DELAY} waits for the peer after the last byte was
   * written; 0 for not at all.
   */
  default void setDelayedCloseTimeout(long millis) {}

  /**
   * Whether the connection should end at the next good moment, because its listener or the proxy
   * drains. While a drain is gradual the answer is a matter of chance that rises to certainty.
   */
  default boolean drainClose() {
    return false;
  }

  /** What {@code %CONNECTION_TERMINATION_DETAILS%} shows; call before closing. */
  default void setConnectionTerminationDetails(String details) {}

  /**
   * Closes the connection as {@code type} says.
   *
   * @param details why we close it: Envoy's local close reason
   */
  void close(CloseType type, String details);

  /** How a connection is closed. */
  enum CloseType {
    /** Write out what is buffered, then close. */
    FLUSH_WRITE,
    /** As above, then give the peer time to read before closing. */
    FLUSH_WRITE_AND_DELAY,
    /** Drop what is buffered. */
    NO_FLUSH,
    /** Drop what is buffered and send RST. */
    ABORT_RESET
  }
}
