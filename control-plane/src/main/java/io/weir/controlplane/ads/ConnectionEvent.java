package io.weir.controlplane.ads;

import io.envoyproxy.envoy.config.core.v3.Node;
import org.jspecify.annotations.Nullable;

/** What a connection's thread is told. */
sealed interface ConnectionEvent {

  /** A request of the client; the first carries the node. */
  record Request(@Nullable Node node, ClientRequest request) implements ConnectionEvent {}

  /** There is a new push context. */
  record Push() implements ConnectionEvent {}

  /** The client can take more. */
  record Writable() implements ConnectionEvent {}

  /** Run a task between two events, for diagnosis. */
  record Inspect(Runnable task) implements ConnectionEvent {}

  /** The stream is over. */
  record Closed() implements ConnectionEvent {}
}
