package io.weir.proxy.cluster;

import io.weir.filter.http.HeaderMap;

/**
 * Told how a host answers, for policies that weigh hosts by that. Called on the worker that made
 * the request; an implementation keeps workers apart, or is thread-safe. Times are nanoseconds.
 */
public interface HostFeedback {

  /**
   * Response headers have come.
   *
   * @param latency since the try began, waiting for a connection included
   * @param grpcStatus −1 when there is none in the headers
   */
  void onHeaders(int worker, long now, long latency, int status, int grpcStatus, HeaderMap headers);

  /** Trailers have come, after headers. */
  void onTrailers(int worker, long now, int grpcStatus, HeaderMap trailers);

  /** No answer: the connection failed, the stream was reset, or time was up. */
  void onFailure(int worker, long now, long elapsed);
}
