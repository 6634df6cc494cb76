package io.weir.proxy.config;

import io.envoyproxy.envoy.config.bootstrap.v3.ClusterManager;
import io.envoyproxy.envoy.config.core.v3.RemoteDataSource;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.weir.filter.NodeInfo;
import io.weir.filter.PluginRegistry;
import io.weir.filter.Stats;
import io.weir.filter.WorkerSet;
import io.weir.proxy.extension.ExtensionRegistry;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.worker.ControlThread;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What loading any resource takes: the same for all resources of a process, and another set for a
 * dry run.
 *
 * @param stats the control thread's
 * @param hasCluster whether a cluster is configured now
 * @param dnsResolver of the bootstrap, empty for none
 * @param staticSecrets secrets of the bootstrap by name
 * @param dryRun whether nothing will ever serve: no sockets, no workers, no network
 */
record LoadServices(
    ExtensionRegistry registry,
    WorkerSet workers,
    ControlThread control,
    Executor cpuPool,
    NodeInfo node,
    @Nullable Path pluginDir,
    Runtime runtime,
    Subscriptions subscriptions,
    RouteLoader routeLoader,
    Fetcher fetcher,
    Predicate<String> hasCluster,
    BooleanSupplier healthFailed,
    ClusterManager clusterManager,
    TypedExtensionConfig dnsResolver,
    Map<String, Secret> staticSecrets,
    PluginRegistry plugins,
    Stats stats,
    SharedThings shared,
    boolean dryRun) {
  LoadServices {
    staticSecrets = Map.copyOf(staticSecrets);
  }

  /** Fetches remote code and data. */
  interface Fetcher {
    CompletionStage<byte[]> fetch(RemoteDataSource source);
  }
}
