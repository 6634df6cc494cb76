package io.weir.proxy.router;

import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.log.AccessLogger;
import io.weir.proxy.cluster.WorkerClusters;
import io.weir.proxy.upstream.ActiveCluster;
import io.weir.proxy.upstream.WorkerClusterTable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The router on one worker. */
final class RouterWorker implements HttpFilterWorker {
  private final RouterConfig config;
  private final Worker worker;
  private final RouterStats stats;
  private final AccessLogger[] upstreamLog;
  private final ResponseTimers timers;
  private final Map<String, VirtualClusterStats> virtualClusters = new HashMap<>();

  RouterWorker(RouterConfig config, Worker worker) {
    this.config = config;
    this.worker = worker;
    this.timers = new ResponseTimers(worker);
    this.stats = RouterStats.open(worker.stats(), config.statPrefix());
    this.upstreamLog =
        config.upstreamLog().stream()
            .map(log -> log.openWorker(worker))
            .toArray(AccessLogger[]::new);
    config.upstreamFilters().forEach(slot -> slot.openWorker(worker));
  }

  RouterConfig config() {
    return config;
  }

  Worker worker() {
    return worker;
  }

  ResponseTimers timers() {
    return timers;
  }

  RouterStats stats() {
    return stats;
  }

  AccessLogger[] upstreamLog() {
    return upstreamLog;
  }

  VirtualClusterStats virtualCluster(String virtualHost, String name) {
    return virtualClusters.computeIfAbsent(
        virtualHost + "." + name, _ -> new VirtualClusterStats(worker.stats(), virtualHost, name));
  }

  /** A cluster, or null when there is none of that name. */
  @Nullable ActiveCluster cluster(String name) {
    return worker.clusters() instanceof WorkerClusterTable table ? table.find(name) : null;
  }

  WorkerClusters clusters() {
    return (WorkerClusters) worker.clusters();
  }

  @Override
  public HttpFilter newFilter(HttpFilterCallbacks callbacks) {
    return new RouterFilter(this, callbacks);
  }

  @Override
  public void close() {
    config.upstreamFilters().forEach(slot -> slot.closeWorker(worker));
    for (AccessLogger logger : upstreamLog) {
      logger.close();
    }
  }
}
