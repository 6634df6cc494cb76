package io.weir.plugin.jvm;

import io.weir.filter.Worker;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that stands in for the filter's own on one route: an instance of its own, with the
 * route's configuration, as in a wasm host.
 */
final class HttpPluginRoute implements RouteConfig {
  private final HttpPluginConfig config;
  private final List<Worker> workers;
  private final AtomicReferenceArray<@Nullable HttpPluginWorker> opened;

  HttpPluginRoute(HttpPluginConfig config, List<Worker> workers) {
    this.config = config;
    this.workers = workers;
    this.opened = new AtomicReferenceArray<>(workers.size());
  }

  @Override
  public void openWorker(Worker worker) {
    opened.set(worker.index(), config.openWorker(worker));
  }

  /** The plugin on a worker, on that worker; null when it was not opened there. */
  @Nullable HttpPluginWorker on(Worker worker) {
    return opened.get(worker.index());
  }

  @Override
  public void close() {
    config.close();
    for (Worker worker : workers) {
      worker.execute(
          () -> {
            HttpPluginWorker there = opened.getAndSet(worker.index(), null);
            if (there != null) {
              there.close();
            }
          });
    }
  }
}
