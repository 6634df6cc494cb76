package io.weir.proxy.config;

import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.proxy.worker.Lease;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts who needs a filter's configuration, the resource it belongs to and each worker that opened
 * it, and closes it on the control thread after the last of them.
 */
final class FilterLife {
  private final HttpFilterConfig config;
  private final Executor control;
  // The resource's own hold is the first.
  private final AtomicInteger holds = new AtomicInteger(1);

  FilterLife(HttpFilterConfig config, Executor control) {
    this.config = config;
    this.control = control;
  }

  HttpFilterConfig config() {
    return config;
  }

  /** Opens the configuration; on the worker's thread, while the resource holds it. */
  Lease<HttpFilterWorker> open(Worker worker) {
    HttpFilterWorker opened = config.openWorker(worker);
    holds.incrementAndGet();
    return new Lease<>(opened, this::release);
  }

  /** Gives one hold up. Any thread. */
  void release() {
    if (holds.decrementAndGet() == 0) {
      control.execute(config::close);
    }
  }
}
