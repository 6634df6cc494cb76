package io.weir.controlplane.generate;

import io.weir.controlplane.config.DestinationRule.ConnectionPool;
import io.weir.controlplane.config.DestinationRule.TcpKeepalive;
import io.weir.controlplane.registry.Protocol;
import io.weir.controlplane.registry.Service;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All that the cluster of one port of the workload depends on.
 *
 * @param address where the workload listens; empty when traffic goes on to where it was sent
 */
record InboundClusterInput(
    int port,
    Protocol protocol,
    String address,
    int addressPort,
    @Nullable Service service,
    @Nullable ConnectionPool connectionPool,
    Duration connectTimeout,
    @Nullable TcpKeepalive keepalive) {}
