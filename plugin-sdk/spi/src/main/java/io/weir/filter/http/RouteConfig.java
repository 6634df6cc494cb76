package io.weir.filter.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A filter's configuration for one route, virtual host, weighted cluster or route table. Immutable
 * and shared by all workers; per-worker parts are opened through {@link #openWorker}.
 */
public interface RouteConfig extends AutoCloseable {

  /**
   * Fetches and compiles what the configuration needs, before it is opened anywhere; if the stage
   * fails, the route configuration is refused with the exception's message.
   */
  default CompletionStage<Void> warm() {
    return CompletableFuture.completedStage(null);
  }

  /** Prepares the configuration on a worker before the swap, on that worker's thread. */
  default void openWorker(io.weir.filter.Worker worker) {}

  @Override
  default void close() {}
}
