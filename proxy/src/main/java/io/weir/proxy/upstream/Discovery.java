package io.weir.proxy.upstream;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where the endpoints of a cluster come from. Used on the control thread. */
interface Discovery extends AutoCloseable {

  /**
   * Begins to deliver.
   *
   * @param target receives the first and every later set of endpoints, on the control thread
   */
  void start(Consumer<Assignment> target);

  /** Whether hosts that fail active health checks stay until they pass or are unhealthy. */
  default boolean keepsHealthyHosts() {
    return false;
  }

  /** Whether an endpoint that is listed twice is two hosts, as in Envoy's static clusters. */
  default boolean keepsDuplicates() {
    return false;
  }

  /** Where requests themselves say they go; null when the cluster lists its hosts. */
  default @Nullable RequestedHosts requestedHosts() {
    return null;
  }

  /** The clusters whose hosts are used, in order; empty when the cluster has hosts of its own. */
  default List<String> aggregated() {
    return List.of();
  }

  @Override
  default void close() {}
}
