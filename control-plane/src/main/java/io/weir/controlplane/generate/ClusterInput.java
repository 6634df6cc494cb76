package io.weir.controlplane.generate;

import io.weir.controlplane.registry.Endpoint;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.ServicePort;
import java.time.Duration;
import java.util.List;

/**
 * All that an outbound cluster depends on.
 *
 * @param subset empty for the whole service
 * @param configPath of the DestinationRule, or empty
 * @param autoMtls whether endpoints that can do mTLS are offered it
 * @param fileCredentials whether {@code credentialName} may be used
 * @param latencyAware whether the rule asks for Weir's balancer by response time
 * @param endpoints for clusters that carry their endpoints; empty for those that get them by EDS
 */
record ClusterInput(
    Service service,
    ServicePort port,
    String subset,
    EffectivePolicy policy,
    String configPath,
    boolean autoMtls,
    boolean fileCredentials,
    List<String> identities,
    Duration connectTimeout,
    List<Endpoint> endpoints,
    ProxyLocality locality,
    boolean latencyAware) {}
