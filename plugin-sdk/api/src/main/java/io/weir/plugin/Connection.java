package io.weir.plugin;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One TCP connection. Valid until {@link NetworkPlugin#onClose} returns; one thread. */
public interface Connection {

  /** Goes on after a paused callback. */
  void resumeDownstream();

  /**
   * Sends a request to one of the proxy's clusters; as {@link HttpExchange#call}. Pause the
   * connection, and go on with it in {@code then}.
   */
  void call(Call call, Consumer<CallReply> then);

  /** Sends a gRPC request; as {@link #call}. */
  void grpc(GrpcCall call, Consumer<GrpcReply> then);

  /** Closes the connection; what was written before goes out. */
  void close();

  /** An attribute of the connection as text; see {@link HttpExchange#attribute}. */
  @Nullable String attribute(String... path);

  @Nullable Object state();

  void setState(@Nullable Object state);

  Log log();
}
