package io.weir.controlplane.generate;

import io.weir.controlplane.config.DestinationRule.Tunnel;
import io.weir.controlplane.registry.Protocol;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a TCP connection goes.
 *
 * @param statPrefix of several shares; one share has its cluster's name
 * @param maxDuration of a connection
 * @param hashSource whether connections of one client address go to one endpoint
 * @param names when the server name of TLS says where to go
 * @param mongo whether Mongo's protocol is spoken
 * @param tunnel the HTTP proxy's target when connections go through one
 */
record TcpTarget(
    String statPrefix,
    List<Share> shares,
    @Nullable Duration idleTimeout,
    @Nullable Duration maxDuration,
    boolean hashSource,
    @Nullable Tunnel tunnel,
    @Nullable ByServerName names,
    boolean mongo) {

  /** Names are resolved as TLS asks for them, if a wildcard host covers them. */
  record ByServerName(String host, int port) {}

  /** A cluster with its weight. */
  record Share(String cluster, int weight) {}

  static TcpTarget to(String cluster) {
    return new TcpTarget(
        cluster, List.of(new Share(cluster, 1)), null, null, false, null, null, false);
  }

  TcpTarget with(ByServerName resolved) {
    return new TcpTarget(
        statPrefix, shares, idleTimeout, maxDuration, hashSource, tunnel, resolved, mongo);
  }

  TcpTarget with(Protocol protocol) {
    return new TcpTarget(
        statPrefix,
        shares,
        idleTimeout,
        maxDuration,
        hashSource,
        tunnel,
        names,
        protocol == Protocol.MONGO);
  }
}
