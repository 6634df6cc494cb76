package io.weir.controlplane.generate;

import io.weir.controlplane.config.Sidecar;
import io.weir.controlplane.registry.Protocol;
import io.weir.controlplane.registry.Service;
import org.jspecify.annotations.Nullable;

/**
 * A port of the workload beside a sidecar.
 *
 * @param bind where its listener is bound, if it has one of its own
 * @param servicePort the service's port that leads to it, or 0
 * @param endpoint where the workload listens; empty when traffic goes on to where it was sent
 * @param ingress of the Sidecar that declares it
 */
record InboundPort(
    String bind,
    int port,
    int servicePort,
    Protocol protocol,
    String endpoint,
    int endpointPort,
    @Nullable Service service,
    Sidecar.@Nullable Ingress ingress) {}
