package io.weir.proxy.network;

import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.log.AccessLogger;
import io.weir.filter.log.AccessLogger.AccessLogType;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.proxy.cluster.WorkerClusters;
import io.weir.proxy.overload.WorkerOverload;
import io.weir.proxy.worker.EventLoopWorker;
import java.util.ArrayList;
import java.util.List;

/** A TCP proxy on one worker. */
final class TcpProxyWorker implements NetworkFilterWorker {
  private final TcpProxyConfig config;
  private final EventLoopWorker worker;
  private final TcpProxyStats stats;
  private final WorkerOverload overload;
  private final List<AccessLogger> accessLogs = new ArrayList<>();

  TcpProxyWorker(TcpProxyConfig config, Worker worker) {
    this.config = config;
    this.worker = (EventLoopWorker) worker;
    this.stats = new TcpProxyStats(worker.stats(), config.statPrefix());
    this.overload =
        config.bypassOverload() ? WorkerOverload.none(worker) : worker.local(WorkerOverload.KEY);
    for (AccessLogConfig log : config.accessLogs()) {
      accessLogs.add(log.openWorker(worker));
    }
  }

  TcpProxyConfig config() {
    return config;
  }

  EventLoopWorker worker() {
    return worker;
  }

  WorkerClusters clusters() {
    return (WorkerClusters) worker.clusters();
  }

  WorkerOverload overload() {
    return overload;
  }

  TcpProxyStats stats() {
    return stats;
  }

  void log(StreamInfo info, AccessLogType type) {
    for (AccessLogger log : accessLogs) {
      log.log(new HeaderMap(), new HeaderMap(), new HeaderMap(), info, type);
    }
  }

  @Override
  public NetworkFilter newFilter(NetworkFilterCallbacks callbacks) {
    return new TcpProxy(this, callbacks);
  }

  @Override
  public void close() {
    accessLogs.forEach(AccessLogger::close);
  }
}
