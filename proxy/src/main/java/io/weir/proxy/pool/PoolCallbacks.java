package io.weir.proxy.pool;

import io.weir.filter.StreamInfo;

/** Told once whether there is a stream. */
public interface PoolCallbacks {
  /**
   * A stream on a connection. Its user resets it or completes both directions.
   *
   * @param upstream the facts of the connection, the same for all its streams
   */
  void onPoolReady(PooledStream stream, StreamInfo.UpstreamInfo upstream);

  /**
   * No stream.
   *
   * @param transportFailure why the transport failed, empty when it did not
   */
  void onPoolFailure(PoolFailure failure, String transportFailure);
}
