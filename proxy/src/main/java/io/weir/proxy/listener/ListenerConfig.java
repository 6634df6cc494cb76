package io.weir.proxy.listener;

import com.google.protobuf.ByteString;
import io.netty.channel.ChannelOption;
import io.weir.filter.Metadata;
import io.weir.filter.TrafficDirection;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.network.ListenerFilterConfig;
import io.weir.proxy.overload.OpenConnections;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One loaded version of a listener. Immutable, shared by all workers.
 *
 * @param addresses where it listens, the main address first
 * @param statPrefix {@code listener.127.0.0.1_80.}
 * @param bindToPort whether it has sockets of its own; otherwise it only gets connections that
 *     another listener hands over
 * @param defaultChain takes what no other chain matches; null to close such connections
 * @param identity the listener's message without its filter chains, as bytes
 */
public record ListenerConfig(
    String name,
    List<SocketAddress> addresses,
    String statPrefix,
    TrafficDirection direction,
    Metadata metadata,
    long bufferLimit,
    List<ListenerFilterConfig> listenerFilters,
    long listenerFiltersTimeoutMillis,
    boolean continueOnTimeout,
    List<FilterChainConfig> chains,
    @Nullable FilterChainConfig defaultChain,
    ChainFinder matcher,
    List<AccessLogConfig> accessLogs,
    SocketSettings sockets,
    boolean bindToPort,
    boolean handOffByOriginalDestination,
    boolean drainOnHealthCheckFailure,
    LoadOptions load,
    ByteString identity) {
  public ListenerConfig {
    addresses = List.copyOf(addresses);
    listenerFilters = List.copyOf(listenerFilters);
    chains = List.copyOf(chains);
    accessLogs = List.copyOf(accessLogs);
  }

  /**
   * Limits and what becomes of them.
   *
   * @param open connections of this listener, and how many there may be
   * @param countsGlobally whether the limit of all listeners together holds for it
   * @param bypass whether the overload manager leaves it alone
   */
  record LoadOptions(OpenConnections open, boolean countsGlobally, boolean bypass) {}

  /**
   * How sockets are opened.
   *
   * @param reusePort whether each worker has a socket of its own
   * @param options options of the listening socket
   * @param pipeMode permissions of a Unix domain socket; 0 leaves them to the process's umask
   */
  record SocketSettings(
      int backlog, boolean reusePort, Map<ChannelOption<?>, Object> options, int pipeMode) {
    SocketSettings {
      options = Map.copyOf(options);
    }
  }
}
