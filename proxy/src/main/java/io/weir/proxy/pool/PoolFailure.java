package io.weir.proxy.pool;

import io.weir.filter.http.StreamResetReason;

/** Why a pool gave no stream. */
public enum PoolFailure {
  OVERFLOW(StreamResetReason.OVERFLOW),
  LOCAL_CONNECTION_FAILURE(StreamResetReason.LOCAL_CONNECTION_FAILURE),
  REMOTE_CONNECTION_FAILURE(StreamResetReason.REMOTE_CONNECTION_FAILURE),
  TIMEOUT(StreamResetReason.CONNECTION_TIMEOUT);

  private final StreamResetReason reason;

  PoolFailure(StreamResetReason reason) {
    this.reason = reason;
  }

  public StreamResetReason resetReason() {
    return reason;
  }
}
