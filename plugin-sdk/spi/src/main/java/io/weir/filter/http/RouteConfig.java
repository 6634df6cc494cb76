package io.weir.filter.http;

/**
 * A filter's configuration for one route, virtual host, weighted cluster or route table. Immutable
 * and shared by all workers; per-worker parts are opened through {@link #openWorker}.
 */
public interface RouteConfig extends AutoCloseable {

  /** Prepares the configuration on a worker before the swap, on that worker's thread. */
  default void openWorker(io.weir.filter.Worker worker) {}

  @Override
  default void close() {}
}
