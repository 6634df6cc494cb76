package io.weir.proxy.network;

import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterWorker;
import io.weir.proxy.cluster.ProxyHeader;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.FormatOutput;
import io.weir.proxy.formatter.Formatter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loaded {@code TcpProxy}. Times are milliseconds, 0 for none.
 *
 * @param tlvs what the PROXY protocol's header upstream may tell besides the addresses
 * @param tunnel null where a connection of its own carries the bytes
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
    boolean bypassOverload,
    @Nullable Tunnelling tunnel,
    RetryPause pause,
    EarlyData earlyData,
    List<TlvSource> tlvs,
    boolean logOnStart)
    implements NetworkFilterConfig {
  TcpProxyConfig {
    routes = List.copyOf(routes);
    accessLogs = List.copyOf(accessLogs);
    tlvs = List.copyOf(tlvs);
  }

  /**
   * What to do with bytes that come before an upstream is connected.
   *
   * @param waits whether to connect only when some have come
   * @param maxBytes how many are kept before reading stops; 0 to read none
   */
  record EarlyData(boolean waits, long maxBytes) {}

  /** A TLV: its bytes, or a format that makes them. */
  record TlvSource(int type, byte[] value, @Nullable Formatter format) {
    ProxyHeader.Tlv tlv(StreamInfo info) {
      if (format == null) {
        return new ProxyHeader.Tlv(type, value);
      }
      var out = new FormatOutput();
      format.format(FormatContext.ofStream(null, null, info), out);
      return new ProxyHeader.Tlv(type, out.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * How long to wait before the next attempt to connect.
   *
   * @param baseMillis 0 for not at all
   */
  record RetryPause(long baseMillis, long mostMillis) {
    /** At most as long as doubling for each attempt allows, by chance shorter. */
    long millis(int attempts, double chance) {
      double most = Math.min(mostMillis, baseMillis * Math.pow(2, attempts - 1.0));
      return (long) (most * chance);
    }
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
