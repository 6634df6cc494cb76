package io.weir.wasm.abi;

import io.weir.filter.http.HeaderMap;

/**
 * A plugin's root context as host functions see it: what acts on the plugin whichever of its
 * contexts is effective. Arguments are the root's to keep.
 */
public interface HostRoot {

  /** 0 stops the timer. */
  int setTickPeriod(int millis);

  /**
   * Calls a cluster.
   *
   * @return the call's token, or a status with its sign changed
   */
  int httpCall(
      String cluster, HeaderMap headers, byte[] body, HeaderMap trailers, int timeoutMillis);

  /**
   * Calls a gRPC method.
   *
   * @param service a serialized {@code GrpcService}, or a cluster's name
   * @return the call's token, or a status with its sign changed
   */
  int grpcCall(
      byte[] service,
      String serviceName,
      String method,
      HeaderMap metadata,
      byte[] message,
      int timeoutMillis);

  /** As {@link #grpcCall}, for a stream. */
  int grpcStream(byte[] service, String serviceName, String method, HeaderMap metadata);

  int grpcSend(int token, byte[] message, boolean endStream);

  int grpcCancel(int token);

  int grpcClose(int token);

  /** The code of the latest call event. */
  int status();

  /** Its text. */
  byte[] statusMessage();

  /** The plugin has finished what it deferred its end for. */
  int done();

  /** Registers for a queue's notifications; returns the queue's id. */
  int registerQueue(String name);
}
