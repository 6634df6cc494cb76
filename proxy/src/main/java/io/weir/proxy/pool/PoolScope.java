package io.weir.proxy.pool;

import io.weir.proxy.cluster.CircuitBreakers;
import io.weir.proxy.cluster.ClusterConfig;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.overload.LoadShedPoint;
import io.weir.proxy.overload.WorkerOverload;
import io.weir.proxy.tls.UpstreamTransportSocket;
import io.weir.proxy.tls.UpstreamTransports;
import io.weir.proxy.worker.EventLoopWorker;
import org.jspecify.annotations.Nullable;

/** What the pools of one cluster on one worker share. Used on that worker. */
public final class PoolScope {
  private final EventLoopWorker worker;
  private final WorkerOverload overload;
  private final int workers;
  private final ClusterConfig config;
  private final ClusterStats stats;
  private final CircuitBreakers.View[] breakers;
  private final UpstreamTransports transports;
  private final ConnectionIds ids;

  /**
   * @param breakers of the default and of the high priority
   */
  public PoolScope(
      EventLoopWorker worker,
      int workers,
      ClusterConfig config,
      ClusterStats stats,
      CircuitBreakers.View[] breakers,
      UpstreamTransports transports,
      ConnectionIds ids) {
    this.worker = worker;
    this.workers = workers;
    this.config = config;
    this.stats = stats;
    this.breakers = breakers;
    this.transports = transports;
    this.ids = ids;
    this.overload = worker.local(WorkerOverload.KEY);
  }

  /** Whether the load forbids another connection now. */
  public boolean shedsConnection() {
    return overload.sheds(LoadShedPoint.CONNECTION_POOL_NEW_CONNECTION);
  }

  public EventLoopWorker worker() {
    return worker;
  }

  public ClusterConfig config() {
    return config;
  }

  public ClusterStats stats() {
    return stats;
  }

  public CircuitBreakers.View breakers(boolean highPriority) {
    return breakers[highPriority ? 1 : 0];
  }

  /** How many connections one host may have. */
  long maxConnectionsPerHost(boolean highPriority) {
    return breakers(highPriority).maxConnectionsPerHost();
  }

  /** How connections to a host are secured; null for plain ones. */
  @Nullable UpstreamTransportSocket transport(Host host) {
    return transports.of(host.metadata());
  }

  /** An id that no other upstream connection of the process has. */
  long nextConnectionId() {
    return ids.next() * workers + worker.index();
  }

  /** Numbers the connections of one worker. */
  public static final class ConnectionIds {
    private long next;

    long next() {
      return next++;
    }
  }
}
