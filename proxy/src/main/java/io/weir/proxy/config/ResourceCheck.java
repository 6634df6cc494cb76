package io.weir.proxy.config;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.weir.filter.NodeInfo;
import io.weir.filter.Stats;
import io.weir.filter.TrafficDirection;
import io.weir.filter.Value;
import io.weir.proxy.extension.ExtensionRegistry;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.stats.StatsStore;
import io.weir.proxy.worker.ControlThread;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.validate.DynamicCopy;
import io.weir.xds.validate.PgvValidator;
import io.weir.xds.validate.SupportedFields;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Loads single resources to see whether they would be taken: no socket, no worker, no subscription.
 * Whether a cluster exists cannot be known here, so every one does. Thread-safe.
 */
public final class ResourceCheck {
  private static final long WARM_SECONDS = 30;

  private final SupportedFields supported;
  private final LoadServices services;

  /**
   * @param routes compiles routes that stand inside a listener
   */
  public ResourceCheck(ClassLoader loader, RouteLoader routes) {
    this.supported = SupportedFields.load(loader);
    Stats stats = new StatsStore(0).control();
    this.services =
        new LoadServices(
            new ExtensionRegistry(loader),
            DryRun.WORKERS,
            new ControlThread(_ -> {}),
            CpuPool.create(),
            new NodeInfo("", "", Value.MapValue.EMPTY, NodeInfo.Locality.NONE),
            null,
            Runtime.EMPTY,
            new Subscriptions((_, _, _) -> null, supported),
            routes,
            DryRunException::fetch,
            _ -> true,
            () -> false,
            io.envoyproxy.envoy.config.bootstrap.v3.ClusterManager.getDefaultInstance(),
            io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig.getDefaultInstance(),
            Map.of(),
            io.weir.filter.PluginRegistry.NONE,
            stats,
            new SharedThings(),
            true);
  }

  /**
   * Checks a resource and loads it.
   *
   * @param source what the problems are about
   * @param load loads the resource in the given context
   */
  public List<Problem> check(String source, Message resource, Consumer<LoadContext> load) {
    var problems = new ProblemList(source);
    DynamicMessage copy = DynamicCopy.of(resource);
    PgvValidator.validate(copy, problems);
    supported.check(copy, problems);
    if (problems.isEmpty()) {
      try (var scope = new LoadScope()) {
        load.accept(
            ResourceContext.of(services, scope, problems)
                .inListener(TrafficDirection.UNSPECIFIED, io.weir.filter.Metadata.EMPTY, false));
        awaitCompilation(scope, problems);
      }
    }
    return problems.all();
  }

  private static void awaitCompilation(LoadScope scope, ProblemList problems) {
    try {
      scope.settled().get(WARM_SECONDS, TimeUnit.SECONDS);
      scope.failures().lines().forEach(line -> problems.add("", line));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      problems.add("", "did not get ready in " + WARM_SECONDS + " s");
    }
  }
}
