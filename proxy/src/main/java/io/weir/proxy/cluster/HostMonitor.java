package io.weir.proxy.cluster;

/**
 * Told of the outcome of every request to a host, by the worker that made it; Envoy's {@code
 * DetectorHostMonitor}. Implementations are thread-safe.
 */
public interface HostMonitor {

  /** Outcomes that are no HTTP status. */
  enum Result {
    EXTERNAL_REQUEST_SUCCESS,
    LOCAL_CONNECT_SUCCESS,
    LOCAL_CONNECT_FAILED,
    LOCAL_TIMEOUT
  }

  void putResponseCode(int code);

  /**
   * @param code the status to count when local errors are not told apart; 0 for none
   */
  void putResult(Result result, int code);

  void putResponseTime(long millis);
}
