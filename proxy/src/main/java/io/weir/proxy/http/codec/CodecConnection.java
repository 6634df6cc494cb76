package io.weir.proxy.http.codec;

/** The connection under a codec. */
public interface CodecConnection extends CodecSink {

  /** Stops (true) or resumes reading from the peer; calls nest. */
  void readDisable(boolean disable);

  /** Closes the connection because a stream was reset; nothing of the codec goes out any more. */
  void closeAfterReset(String details);

  /** Tells the peer that nothing more comes, once what was written is out. */
  default void endOutput() {}

  /** Bytes that may wait to be written before the high watermark; 0 for no limit. */
  long bufferLimit();

  /** Bytes that were written and have not left the process yet. */
  default long unsentBytes() {
    return 0;
  }

  /**
   * Runs {@code task} once the sockets that are ready now are handled, so that what is written
   * meanwhile goes out together.
   */
  default void atEndOfBatch(Runnable task) {
    task.run();
  }
}
