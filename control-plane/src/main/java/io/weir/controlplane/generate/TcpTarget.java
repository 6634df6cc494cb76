package io.weir.controlplane.generate;

import io.weir.controlplane.config.DestinationRule.Tunnel;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a TCP connection goes.
 *
 * @param statPrefix of several shares; one share has its cluster's name
 * @param hashSource whether connections of one client address go to one endpoint
 * @param tunnel the HTTP proxy's target when connections go through one
 */
record TcpTarget(
    String statPrefix,
    List<Share> shares,
    @Nullable Duration idleTimeout,
    boolean hashSource,
    @Nullable Tunnel tunnel) {

  /** A cluster with its weight. */
  record Share(String cluster, int weight) {}

  static TcpTarget to(String cluster) {
    return new TcpTarget(cluster, List.of(new Share(cluster, 1)), null, false, null);
  }
}
