package io.weir.proxy.upstream;

import io.weir.proxy.cluster.Host;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Watches the hosts of a cluster: active health checks, outlier detection. Control thread. */
interface HostWatcher extends AutoCloseable {
  /** A host was made; its first flags may be set. */
  void onCreated(Host host);

  void onMembership(List<Host> added, List<Host> removed);

  /** Whether the watcher decides itself that hosts are healthy. */
  default boolean checksActively() {
    return false;
  }

  /** Completes when every host of the first set was looked at once. */
  default CompletableFuture<Void> firstRound() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  void close();
}
