package io.weir.filter.grpc;

import io.weir.filter.http.HeaderMap;

/**
 * Hears of one {@link GrpcStream}, on its worker. A unary call ends by {@link #onSuccess} or {@link
 * #onClose}, a stream by {@link #onClose}.
 */
public interface GrpcListener {
  /** Not for unary calls. */
  default void onInitialMetadata(HeaderMap metadata) {}

  /** Not for unary calls. */
  default void onMessage(byte[] message) {}

  /** Not for unary calls. */
  default void onTrailingMetadata(HeaderMap metadata) {}

  /** A unary call's answer. Nothing follows. */
  default void onSuccess(byte[] message) {}

  /** The end, with gRPC's status and its text. Nothing follows. */
  void onClose(int status, String text);
}
