package io.weir.controlplane.generate;

import io.weir.controlplane.config.DestinationRule.H2Upgrade;
import io.weir.controlplane.config.DestinationRule.TcpKeepalive;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.registry.Endpoint;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.ServicePort;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that an outbound cluster depends on.
 *
 * @param subset empty for the whole service
 * @param configPath of the DestinationRule, or empty
 * @param autoMtls whether endpoints that can do mTLS are offered it
 * @param fileCredentials whether {@code credentialName} may be used
 * @param sidecar whether it is a sidecar's; gateways cannot send on to where a client wanted to go
 * @param byName whether it takes TLS that was chosen by server name, and adds none
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
    List<Endpoint> endpoints,
    ProxyLocality locality,
    boolean latencyAware,
    boolean sidecar,
    boolean byName,
    Mesh mesh) {

  /**
   * Settings of the mesh for all clusters.
   *
   * @param upgradesHttp whether HTTP ports are spoken to in HTTP/2
   */
  record Mesh(
      Duration connectTimeout,
      Duration dnsRefreshRate,
      boolean upgradesHttp,
      @Nullable TcpKeepalive keepalive) {

    static Mesh of(MeshConfig config) {
      return new Mesh(
          config.connectTimeoutOrDefault(),
          config.dnsRefreshRateOrDefault(),
          config.h2UpgradePolicy() == H2Upgrade.UPGRADE,
          config.tcpKeepalive());
    }
  }

  String name() {
    return byName
        ? ClusterName.sni(service.hostname(), port.number(), subset)
        : ClusterName.outbound(service.hostname(), port.number(), subset);
  }
}
