package io.weir.filter.http;

import io.weir.filter.Metadata;
import io.weir.filter.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Call-outs of one worker to the proxy's clusters, through the same pools, circuit breakers and TLS
 * as proxied requests. The primitive is a bidirectional stream; unary calls are a helper on it.
 */
public interface ClusterClient {

  /** Whether the cluster exists now. */
  boolean hasCluster(String name);

  /** Hosts of a cluster, in whatever health; −1 when there is no such cluster. */
  default int endpoints(String cluster) {
    return -1;
  }

  /** The metadata that a cluster is configured with. */
  default Metadata metadata(String cluster) {
    return Metadata.EMPTY;
  }

  /**
   * Starts a stream. The listener may be called before this returns.
   *
   * @param cluster an existing cluster
   * @param options timeout and identity of the call
   * @return the stream, or null when the cluster does not exist
   */
  @Nullable HttpStream startStream(
      String cluster, HttpStreamListener listener, CallOptions options);

  /**
   * Sends a whole request and waits for the whole response. Failures come as a response, as Envoy
   * makes it: 503 for no host, refused or reset; 504 for a timeout.
   *
   * @param headers must have {@code :method}, {@code :path}, {@code :authority}; owned by the call
   * @return a handle to cancel the call, or null when the cluster does not exist
   */
  @Nullable HttpCall call(
      String cluster,
      HeaderMap headers,
      byte @Nullable [] body,
      @Nullable HeaderMap trailers,
      CallOptions options,
      HttpCallListener listener);

  /** A timer, for call-outs that need more than the call's own timeout. */
  Timer newTimer(Runnable task);
}
