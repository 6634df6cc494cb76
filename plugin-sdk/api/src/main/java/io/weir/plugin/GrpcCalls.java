package io.weir.plugin;

import java.util.List;

/**
 * Unary gRPC calls to the proxy's clusters as straight-line code; where and how as {@link
 * HttpCalls}.
 */
public interface GrpcCalls {
  /** Sends a request and waits for its reply. */
  default GrpcReply send(GrpcCall call) {
    return all(call).getFirst();
  }

  /** Sends requests side by side and waits for all replies, which are in the order of the calls. */
  List<GrpcReply> all(GrpcCall... calls);
}
