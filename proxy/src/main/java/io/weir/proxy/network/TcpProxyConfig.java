package io.weir.proxy.network;

import io.weir.filter.Worker;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterWorker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loaded {@code TcpProxy}. Times are milliseconds, 0 for none.
 *
 * @param routes one cluster, or several with weights; empty when another filter must name it
 */
record TcpProxyConfig(
    String statPrefix,
    List<TcpRoute> routes,
    long idleTimeoutMillis,
    long maxDurationMillis,
    int maxConnectAttempts,
    @Nullable TcpHashPolicy hashPolicy,
    List<AccessLogConfig> accessLogs,
    boolean logOnConnected,
    long logIntervalMillis,
    boolean bypassOverload)
    implements NetworkFilterConfig {
  TcpProxyConfig {
    routes = List.copyOf(routes);
    accessLogs = List.copyOf(accessLogs);
  }

  @Override
  public NetworkFilterWorker openWorker(Worker worker) {
    return new TcpProxyWorker(this, worker);
  }

  /** Chooses a cluster by weight; null when there is none. */
  @Nullable TcpRoute choose(long random) {
    if (routes.size() <= 1) {
      return routes.isEmpty() ? null : routes.get(0);
    }
    long total = 0;
    for (TcpRoute route : routes) {
      total += route.weight();
    }
    long at = Long.remainderUnsigned(random, total);
    for (TcpRoute route : routes) {
      at -= route.weight();
      if (at < 0) {
        return route;
      }
    }
    throw new IllegalStateException("weights do not add up");
  }
}
