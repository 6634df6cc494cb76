package io.weir.wasm;

import io.weir.filter.Worker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin on a worker that may still be warming, for extension points that nobody waits for. One
 * worker's.
 */
final class LatePlugin implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("wasm");

  private final WasmPlugin plugin;
  private final Worker worker;
  private @Nullable PluginOnWorker ready;
  private boolean closed;

  LatePlugin(WasmPlugin plugin, Worker worker) {
    this.plugin = plugin;
    this.worker = worker;
    plugin.warmOnce().whenComplete((_, failure) -> worker.execute(() -> warmed(failure)));
  }

  private void warmed(@Nullable Throwable failure) {
    if (failure != null) {
      LOG.error("wasm: {}", WasmPlugin.reason(failure));
    } else if (!closed) {
      ready = plugin.open(worker);
    }
  }

  /** The plugin, or null while it is not ready. */
  @Nullable PluginOnWorker get() {
    return ready;
  }

  @Override
  public void close() {
    closed = true;
    if (ready != null) {
      ready.close();
    }
  }
}
