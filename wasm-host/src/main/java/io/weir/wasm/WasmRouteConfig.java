package io.weir.wasm;

import io.weir.filter.Worker;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that stands in for the filter's own on one route. It gets a root context of its own; the
 * VM is shared with every plugin of the same VM id, configuration and code.
 */
final class WasmRouteConfig implements RouteConfig {
  private final WasmPlugin plugin;
  private final List<Worker> workers;
  private final AtomicReferenceArray<@Nullable PluginOnWorker> opened;

  WasmRouteConfig(WasmPlugin plugin, List<Worker> workers) {
    this.plugin = plugin;
    this.workers = workers;
    this.opened = new AtomicReferenceArray<>(workers.size());
  }

  @Override
  public CompletionStage<Void> warm() {
    return plugin.warm();
  }

  @Override
  public void openWorker(Worker worker) {
    opened.set(worker.index(), plugin.open(worker));
  }

  /** The plugin on a worker, on that worker; null when it was not opened there. */
  @Nullable PluginOnWorker on(Worker worker) {
    return opened.get(worker.index());
  }

  /** Streams that began with this configuration end with it. */
  @Override
  public void close() {
    plugin.close();
    for (Worker worker : workers) {
      worker.execute(
          () -> {
            PluginOnWorker there = opened.getAndSet(worker.index(), null);
            if (there != null) {
              there.closeWhenIdle();
            }
          });
    }
  }
}
