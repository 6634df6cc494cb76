package io.weir.controlplane.generate;

import io.weir.controlplane.config.Gateway.ServerTls;
import io.weir.controlplane.push.MutualTlsMode;
import io.weir.controlplane.registry.Protocol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that listeners for a workload's own ports depend on.
 *
 * @param trustDomains of identities that are let in
 */
record InboundListenerInput(
    List<PortChain> ports,
    MutualTlsMode passthroughMode,
    List<String> trustDomains,
    ListenerSettings settings) {

  /**
   * One port.
   *
   * @param bind where its listener is bound, if it has one
   * @param servicePort the port of the service that leads to it
   * @param tls that the Sidecar asks for instead of the mesh's; null for the mesh's
   * @param grpcWeb whether browsers speak gRPC here
   * @param configPath of the Sidecar that declares it, or empty
   */
  record PortChain(
      String bind,
      int port,
      int servicePort,
      Protocol protocol,
      MutualTlsMode mode,
      String configPath,
      @Nullable ServerTls tls,
      boolean grpcWeb) {}
}
