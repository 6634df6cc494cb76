package io.weir.proxy.cluster;

import io.weir.filter.Metadata;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.extension.Runtime;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What requests to a cluster need of its configuration. Immutable. Durations are milliseconds, 0
 * for none.
 *
 * @param statName the name in statistics
 * @param bufferLimit bytes that may wait in either direction of a connection
 * @param maxRequestsPerConnection 0 for no limit
 * @param sources at most one of each IP version; empty for what the system chooses
 * @param proxyHeader what connections begin with, or null
 * @param preconnectRatio connections per pending request, at least 1
 * @param predictiveRatio the same over all hosts of the cluster
 * @param httpFilters the chain that each try of a request runs; empty for none
 */
public record ClusterConfig(
    String name,
    String statName,
    Metadata metadata,
    long connectTimeoutMillis,
    long bufferLimit,
    Protocols protocols,
    long idleTimeoutMillis,
    long maxConnectionMillis,
    long maxStreamMillis,
    int maxRequestsPerConnection,
    long tcpIdleTimeoutMillis,
    @Nullable KeepAlive keepAlive,
    List<Source> sources,
    AddressOrder addressOrder,
    @Nullable ProxyHeader proxyHeader,
    double preconnectRatio,
    double predictiveRatio,
    boolean poolPerDownstream,
    boolean closeOnHealthFailure,
    boolean drainOnHostSetChange,
    boolean trackTimeoutBudgets,
    boolean trackSizes,
    LoadBalancerPolicy policy,
    CommonLb commonLb,
    io.weir.proxy.http.codec.Http1Settings http1,
    io.weir.proxy.http.codec.Http2Settings http2,
    Runtime runtime,
    List<HttpFilterSlot> httpFilters,
    ServerNaming serverNaming) {

  public ClusterConfig {
    httpFilters = List.copyOf(httpFilters);
    sources = List.copyOf(sources);
  }

  /**
   * An option of the operating system.
   *
   * @param value a number
   * @param bytes the value when it is none, null otherwise
   */
  public record SocketOption(int level, int name, int value, byte @Nullable [] bytes) {}

  /**
   * Where connections come from.
   *
   * @param address null for what the system chooses
   */
  public record Source(@Nullable InetSocketAddress address, List<SocketOption> options) {
    public Source {
      options = List.copyOf(options);
    }

    boolean fits(InetAddress to) {
      return address != null
          && address.getAddress() instanceof Inet4Address == to instanceof Inet4Address;
    }
  }

  /** The source for a host: the first of its IP version, or the first; null for the system's. */
  public @Nullable Source source(InetAddress host) {
    for (Source source : sources) {
      if (source.fits(host)) {
        return source;
      }
    }
    return sources.isEmpty() ? null : sources.getFirst();
  }

  /** Which HTTP versions are spoken. */
  public enum Protocols {
    HTTP1,
    HTTP2,
    /** Whatever the downstream speaks. */
    DOWNSTREAM,
    /** What TLS negotiates. */
    AUTO
  }

  /** {@code tcp_keepalive}; 0 leaves the system's value. */
  public record KeepAlive(int probes, int idleSeconds, int intervalSeconds) {}

  /**
   * {@code common_lb_config} and its like.
   *
   * @param panicThreshold percent
   */
  public record CommonLb(
      double panicThreshold,
      boolean localityWeighted,
      boolean ignoreNewHostsUntilFirstCheck,
      boolean ignoreHealthOnRemoval) {}

  /** {@code cluster.<name>.} */
  public String statPrefix() {
    return "cluster." + statName + ".";
  }
}
