package io.weir.controlplane.generate;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.Destination;
import io.weir.controlplane.config.DestinationRule;
import io.weir.controlplane.config.DestinationRule.LoadBalancer;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.config.VirtualService.L4Match;
import io.weir.controlplane.config.VirtualService.RouteDestination;
import io.weir.controlplane.config.VirtualService.TcpRoute;
import io.weir.controlplane.config.VirtualService.TlsMatch;
import io.weir.controlplane.config.VirtualService.TlsRoute;
import io.weir.controlplane.generate.OutboundListenerInput.TcpChain;
import io.weir.controlplane.push.SidecarScope;
import io.weir.controlplane.registry.Hostname;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.ServicePort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Chains that forward connections, by rules or straight to a service. */
final class TcpPlanner {

  private static final String MESH = "mesh";

  private TcpPlanner() {}

  /** The chains of a service's port in a sidecar. */
  static List<TcpChain> chains(
      ProxyView view, SidecarScope.Egress egress, Service service, ServicePort port, String bind) {
    List<TcpChain> chains = new ArrayList<>();
    List<String> networks = service.networks();
    for (Config<VirtualService> rule : egress.virtualServices()) {
      if (rule.spec().hosts().stream().noneMatch(h -> Hostname.covers(h, service.hostname()))) {
        continue;
      }
      if (port.protocol().isTls()) {
        chains.addAll(byServerName(view, rule, port.number(), MESH, networks));
      } else if (tcp(view, rule, port.number(), MESH, networks, chains)) {
        return chains;
      }
    }
    if (!chains.isEmpty() && port.protocol().isTls()) {
      return chains;
    }
    boolean byName =
        port.protocol().isTls()
            && (service.address().isEmpty() || bind.equals(OutboundListenerGenerator.LOOPBACK));
    String cluster = ClusterName.outbound(service.hostname(), port.number(), "");
    chains.add(
        new TcpChain(
            byName ? List.of(service.hostname()) : List.of(),
            networks,
            target(view, service, port, cluster)));
    return chains;
  }

  /** Chains of TLS rules. */
  static List<TcpChain> byServerName(
      ProxyView view,
      Config<VirtualService> rule,
      int port,
      String gateway,
      List<String> networks) {
    List<TcpChain> chains = new ArrayList<>();
    for (TlsRoute route : rule.spec().tls()) {
      for (TlsMatch match : route.match()) {
        if (applies(
            view,
            match.port(),
            match.gateways(),
            match.sourceLabels(),
            match.sourceNamespace(),
            port,
            gateway)) {
          chains.add(
              new TcpChain(
                  match.sniHosts(),
                  match.destinationSubnets().isEmpty() ? networks : match.destinationSubnets(),
                  target(view, rule, route.route(), port)));
        }
      }
    }
    return chains;
  }

  /** Adds chains of TCP rules; true when one of them takes every connection. */
  static boolean tcp(
      ProxyView view,
      Config<VirtualService> rule,
      int port,
      String gateway,
      List<String> networks,
      List<TcpChain> chains) {
    for (TcpRoute route : rule.spec().tcp()) {
      TcpTarget target = target(view, rule, route.route(), port);
      if (route.match().isEmpty()) {
        chains.add(new TcpChain(List.of(), networks, target));
        return true;
      }
      List<String> subnets = new ArrayList<>();
      for (L4Match match : route.match()) {
        if (applies(
            view,
            match.port(),
            match.gateways(),
            match.sourceLabels(),
            match.sourceNamespace(),
            port,
            gateway)) {
          if (match.destinationSubnets().isEmpty()) {
            chains.add(new TcpChain(List.of(), networks, target));
            return true;
          }
          subnets.addAll(match.destinationSubnets());
        }
      }
      if (!subnets.isEmpty()) {
        chains.add(new TcpChain(List.of(), List.copyOf(subnets), target));
      }
    }
    return false;
  }

  private static boolean applies(
      ProxyView view,
      int wantedPort,
      List<String> gateways,
      Map<String, String> labels,
      String namespace,
      int port,
      String gateway) {
    return (wantedPort == 0 || wantedPort == port)
        && (gateways.isEmpty() || gateways.contains(gateway))
        && (namespace.isEmpty() || namespace.equals(view.proxy().namespace()))
        && view.proxy().labels().entrySet().containsAll(labels.entrySet());
  }

  private static TcpTarget target(
      ProxyView view, Config<VirtualService> rule, List<RouteDestination> route, int port) {
    List<TcpTarget.Share> shares = new ArrayList<>();
    for (RouteDestination destination : route) {
      shares.add(
          new TcpTarget.Share(
              cluster(view, destination.destination(), port), destination.weight()));
    }
    String statPrefix = rule.name() + "." + rule.namespace();
    if (route.size() == 1) {
      Destination only = route.getFirst().destination();
      Service service = view.scope().service(only.host());
      if (service != null) {
        TcpTarget plain = TcpTarget.to(shares.getFirst().cluster());
        return refine(view, service, port(view, only, port), only.subset(), plain);
      }
    }
    return new TcpTarget(statPrefix, List.copyOf(shares), null, false, null);
  }

  private static TcpTarget target(
      ProxyView view, Service service, ServicePort port, String cluster) {
    return refine(view, service, port.number(), "", TcpTarget.to(cluster));
  }

  private static TcpTarget refine(
      ProxyView view, Service service, int port, String subset, TcpTarget target) {
    @Nullable Config<DestinationRule> rule =
        view.context().destinationRules().find(view.proxy(), service);
    EffectivePolicy policy = EffectivePolicy.of(rule == null ? null : rule.spec(), subset, port);
    Duration idle =
        policy.connectionPool() == null || policy.connectionPool().tcp() == null
            ? null
            : policy.connectionPool().tcp().idleTimeout();
    LoadBalancer balancer = policy.loadBalancer();
    boolean hashSource =
        balancer != null
            && balancer.consistentHash() != null
            && Boolean.TRUE.equals(balancer.consistentHash().useSourceIp());
    return new TcpTarget(target.statPrefix(), target.shares(), idle, hashSource, policy.tunnel());
  }

  private static String cluster(ProxyView view, Destination destination, int port) {
    return ClusterName.outbound(
        destination.host(), port(view, destination, port), destination.subset());
  }

  private static int port(ProxyView view, Destination destination, int listenPort) {
    if (destination.port() != null && destination.port().number() != 0) {
      return destination.port().number();
    }
    Service service = view.scope().service(destination.host());
    return service != null && service.ports().size() == 1
        ? service.ports().getFirst().number()
        : listenPort;
  }
}
