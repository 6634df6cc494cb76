package io.weir.controlplane.generate;

import io.weir.controlplane.config.DestinationRule.ConsistentHash;
import io.weir.controlplane.config.VirtualService.Retries;
import io.weir.controlplane.registry.Service;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where rules are applied.
 *
 * @param listenPort of the listener whose requests are routed
 * @param tls whether these requests came over TLS
 * @param gateways under whose names the rules may be bound: {@code mesh}, or one Gateway
 * @param labels of the proxy, for matches on the source
 * @param services that the rules may name, by host
 * @param hashes what requests to destinations are spread by, see {@link RouteActions#hashKey}
 */
record RouteScope(
    int listenPort,
    boolean tls,
    List<String> gateways,
    Map<String, String> labels,
    String namespace,
    Map<String, Service> services,
    Map<String, ConsistentHash> hashes,
    @Nullable Retries defaultRetries) {}
