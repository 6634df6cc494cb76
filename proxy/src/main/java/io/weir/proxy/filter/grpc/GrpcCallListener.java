package io.weir.proxy.filter.grpc;

/** Hears of a gRPC call, on the worker that made it; never while the call is being started. */
public interface GrpcCallListener {
  void onMessage(byte[] message);

  /**
   * The call ended. Nothing follows.
   *
   * @param status gRPC's status; {@link GrpcCall#UNAVAILABLE} when the transport failed
   */
  void onClose(int status, String message);
}
