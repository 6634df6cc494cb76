package io.weir.plugin;

/**
 * The answer to a {@link GrpcCall}; may be kept.
 *
 * @param status gRPC's code: 0 for success, 4 when it took too long, 14 when there is no such
 *     cluster or it cannot be reached
 * @param reason what the service or the proxy says of a failure; empty on success
 * @param message the serialised message; empty unless the status is 0
 */
public record GrpcReply(int status, String reason, byte[] message) {
  public static final int UNAVAILABLE = 14;

  /** Whether there is a message. */
  public boolean ok() {
    return status == 0;
  }
}
