package io.weir.proxy.config;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.weir.filter.Worker;
import io.weir.filter.WorkerSet;
import io.weir.filter.log.BootstrapExtensionFactory;
import io.weir.filter.log.BootstrapExtensionFactory.BootstrapExtension;
import io.weir.proxy.worker.ControlThread;
import io.weir.xds.ProblemList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The {@code bootstrap_extensions}: loaded with the bootstrap, started when the clusters are ready
 * and before anything listens, closed with the process. Used on the control thread.
 */
final class BootstrapServices implements AutoCloseable {
  private final LoadScope scope = new LoadScope();
  private final List<BootstrapExtension> extensions = new ArrayList<>();

  void load(Bootstrap bootstrap, LoadServices services, ProblemList problems) {
    for (int i = 0; i < bootstrap.getBootstrapExtensionsCount(); i++) {
      TypedExtensionConfig entry = bootstrap.getBootstrapExtensions(i);
      ProblemList at = problems.at("bootstrap_extensions[" + i + "].typed_config");
      var context = ResourceContext.of(services, scope, at);
      Any config = entry.getTypedConfig();
      BootstrapExtensionFactory factory =
          context.factory(BootstrapExtensionFactory.class, entry.getName(), config);
      BootstrapExtension loaded = factory == null ? null : factory.load(config, context);
      if (loaded != null) {
        scope.await(loaded.warm(), "bootstrap extension " + entry.getName());
        scope.onClose(loaded::close);
        extensions.add(loaded);
      }
    }
  }

  /** Nothing to wait for any more, whatever the outcome; then see {@link #failures}. */
  CompletableFuture<Void> settled() {
    return scope.settled();
  }

  /** What failed, one line each. */
  String failures() {
    return scope.failures();
  }

  /** Opens them on every worker; fails when one of them cannot run. */
  CompletionStage<Void> start(WorkerSet workers, ControlThread control) {
    return scope.warm(workers, control::execute).thenCompose(_ -> open(workers));
  }

  private CompletionStage<Void> open(WorkerSet workers) {
    if (extensions.isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    List<BootstrapExtension> all = List.copyOf(extensions);
    return CompletableFuture.allOf(
        workers.all().stream().map(worker -> open(worker, all)).toArray(CompletableFuture[]::new));
  }

  private static CompletableFuture<Void> open(Worker worker, List<BootstrapExtension> extensions) {
    return CompletableFuture.runAsync(
        () -> extensions.forEach(extension -> extension.openWorker(worker)), worker::execute);
  }

  @Override
  public void close() {
    scope.close();
  }
}
