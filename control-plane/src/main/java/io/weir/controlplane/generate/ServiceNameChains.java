package io.weir.controlplane.generate;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.DestinationRule;
import io.weir.controlplane.generate.GatewayListenerInput.Chain;
import io.weir.controlplane.push.GatewayServer;
import io.weir.controlplane.registry.Hostname;
import io.weir.controlplane.registry.Protocol;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.ServicePort;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chains of a server with AUTO_PASSTHROUGH: one for each service's port and subset, chosen by the
 * server name that sidecars ask for. Only TLS of the mesh is let through, so that no workload is
 * reached without it.
 */
final class ServiceNameChains {
  private ServiceNameChains() {}

  static List<Chain> of(ProxyView view, GatewayServer server) {
    List<Chain> chains = new ArrayList<>();
    for (Service service : view.scope().services()) {
      if (service.external()
          || server.hostNames().stream().noneMatch(h -> Hostname.covers(h, service.hostname()))) {
        continue;
      }
      Config<DestinationRule> rule = view.context().destinationRules().find(view.proxy(), service);
      for (ServicePort port : service.ports()) {
        if (port.protocol() == Protocol.UDP) {
          continue;
        }
        chains.add(chain(view, service, port, "", rule));
        if (rule != null) {
          for (DestinationRule.Subset subset : rule.spec().subsets()) {
            chains.add(chain(view, service, port, subset.name(), rule));
          }
        }
      }
    }
    return chains;
  }

  private static Chain chain(
      ProxyView view,
      Service service,
      ServicePort port,
      String subset,
      @Nullable Config<DestinationRule> rule) {
    String name = ClusterName.sni(service.hostname(), port.number(), subset);
    return new Chain(
        List.of(name),
        InboundListenerGenerator.MESH_ANY,
        null,
        "",
        TcpPlanner.untunnelled(name, rule == null ? null : rule.spec(), subset),
        false,
        false);
  }
}
