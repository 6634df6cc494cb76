package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.controlplane.config.ProxyConfig.GatewayTopology;
import java.time.Duration;
import java.util.List;

/** Listeners of gateways. */
final class GatewayListenerGenerator {

  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(15);

  private GatewayListenerGenerator() {}

  static Listener build(GatewayListenerInput input) {
    Listener.Builder listener =
        Listener.newBuilder()
            .setName(input.bind() + "_" + input.port())
            .setAddress(Messages.address(input.bind(), input.port()))
            .setTrafficDirection(TrafficDirection.OUTBOUND)
            .setMaxConnectionsToAcceptPerSocketEvent(Messages.uint(1));
    GatewayTopology topology = input.settings().topology();
    if (topology != null && topology.proxyProtocol() != null) {
      listener.addListenerFilters(OutboundListenerGenerator.proxyProtocol());
    }
    boolean serverNames = false;
    for (GatewayListenerInput.Chain chain : input.chains()) {
      serverNames |= chain.tls() != null || !chain.serverNames().isEmpty();
      listener.addFilterChains(chain(input, chain));
    }
    if (serverNames) {
      listener.addListenerFilters(OutboundListenerGenerator.tlsInspector());
    }
    return listener.build();
  }

  private static FilterChain chain(GatewayListenerInput input, GatewayListenerInput.Chain chain) {
    ListenerSettings settings = input.settings();
    FilterChain.Builder built =
        FilterChain.newBuilder()
            .setTransportSocketConnectTimeout(Messages.duration(HANDSHAKE_TIMEOUT));
    FilterChainMatch match =
        OutboundListenerGenerator.match(chain.serverNames(), List.of()).toBuilder()
            .addAllApplicationProtocols(chain.applicationProtocols())
            .build();
    if (!match.equals(FilterChainMatch.getDefaultInstance())) {
      built.setFilterChainMatch(match);
    }
    if (chain.tls() != null) {
      built.setTransportSocket(DownstreamTls.gateway(chain.tls(), chain.target() != null));
    }
    if (chain.target() != null) {
      built
          .addAllFilters(
              chain.guarded()
                  ? InboundTcpOrder.gateway(settings, input.port())
                  : PluginFilters.network(settings.plugins(), false, input.port()))
          .addAllFilters(TcpFilters.of(chain.target(), settings, settings.clientLogs()));
      return built.build();
    }
    HttpManagerInput manager =
        new HttpManagerInput(
            HttpManagerInput.Side.GATEWAY,
            "outbound_" + input.bind() + "_" + input.port() + ";",
            chain.routeName(),
            null,
            settings.plugins(),
            input.port(),
            settings.normalization(),
            settings.security().customHttp(),
            settings.security().jwt(),
            settings.security().rbacHttp(),
            settings.clientLogs(),
            chain.grpcWeb(),
            settings.topology(),
            List.of());
    return built
        .addAllFilters(PluginFilters.network(settings.plugins(), false, input.port()))
        .addFilters(HttpManagerGenerator.build(manager))
        .build();
  }
}
