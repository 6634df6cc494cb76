package io.weir.proxy.listener;

import io.weir.filter.Worker;
import io.weir.filter.network.NetworkFilterWorker;

/** A filter chain opened on one worker. */
final class WorkerChain implements AutoCloseable {
  final FilterChainConfig config;
  final NetworkFilterWorker[] filters;

  WorkerChain(FilterChainConfig config, Worker worker) {
    this.config = config;
    this.filters = new NetworkFilterWorker[config.filters().size()];
    for (int i = 0; i < filters.length; i++) {
      filters[i] = config.filters().get(i).config().openWorker(worker);
    }
  }

  @Override
  public void close() {
    for (NetworkFilterWorker filter : filters) {
      filter.close();
    }
  }
}
