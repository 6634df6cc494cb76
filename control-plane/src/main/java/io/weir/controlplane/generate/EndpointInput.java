package io.weir.controlplane.generate;

import io.weir.controlplane.registry.Endpoint;
import java.util.List;

/**
 * All that the endpoints of a cluster depend on.
 *
 * @param endpoints of the cluster's port and subset
 */
record EndpointInput(
    String clusterName, List<Endpoint> endpoints, EffectivePolicy policy, ProxyLocality locality) {}
