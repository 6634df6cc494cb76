package io.weir.controlplane.generate;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.Destination;
import io.weir.controlplane.config.DestinationRule;
import io.weir.controlplane.config.DestinationRule.ConnectionPool;
import io.weir.controlplane.config.DestinationRule.ConsistentHash;
import io.weir.controlplane.config.DestinationRule.LoadBalancer;
import io.weir.controlplane.config.DestinationRule.TcpSettings;
import io.weir.controlplane.config.DestinationRule.TrafficPolicy;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chains that forward connections, by rules or straight to a service. */
final class TcpPlanner {

  private static final String MESH = "mesh";

  private TcpPlanner() {}

  /**
   * The chains of a service's port in a sidecar.
   *
   * @param networks that the listener's address stands for, if it is not the service's own
   * @param shared whether the listener's address is that of other services too
   */
  static List<TcpChain> chains(
      ProxyView view,
      SidecarScope.Egress egress,
      Service service,
      ServicePort port,
      List<String> networks,
      boolean shared) {
    List<Config<VirtualService>> rules =
        egress.virtualServices().stream()
            .filter(
                rule ->
                    rule.spec().hosts().stream()
                        .anyMatch(host -> Hostname.covers(host, service.hostname())))
            .toList();
    return port.protocol().isTls()
        ? byServerName(view, rules, service, port, networks, shared)
        : tcp(view, rules, service, port, networks);
  }

  /** Chains of TLS rules, by server names; without rules, one for the service. */
  private static List<TcpChain> byServerName(
      ProxyView view,
      List<Config<VirtualService>> rules,
      Service service,
      ServicePort port,
      List<String> networks,
      boolean shared) {
    List<TcpChain> chains = new ArrayList<>();
    Set<List<List<String>>> seen = new HashSet<>();
    for (Config<VirtualService> rule : rules) {
      for (TlsRoute route : rule.spec().tls()) {
        for (TlsMatch match : route.match()) {
          boolean here =
              applies(
                  view,
                  match.port(),
                  match.gateways(),
                  match.sourceLabels(),
                  match.sourceNamespace(),
                  port.number());
          // A later rule for the same connections can never be reached.
          if (here && seen.add(List.of(match.sniHosts(), match.destinationSubnets()))) {
            chains.add(
                new TcpChain(
                    match.sniHosts(),
                    match.destinationSubnets().isEmpty() ? networks : match.destinationSubnets(),
                    target(view, rule, route.route(), port.number()).with(port.protocol())));
          }
        }
      }
    }
    if (chains.isEmpty()) {
      boolean byName = !networks.isEmpty() || service.addresses().isEmpty() && shared;
      chains.add(
          new TcpChain(
              byName ? List.of(service.hostname()) : List.of(),
              networks,
              target(view, service, port)));
    }
    return chains;
  }

  /** Chains of TCP rules up to the first that takes every connection, else one for the service. */
  private static List<TcpChain> tcp(
      ProxyView view,
      List<Config<VirtualService>> rules,
      Service service,
      ServicePort port,
      List<String> networks) {
    List<TcpChain> chains = new ArrayList<>();
    boolean covered = false;
    for (Config<VirtualService> rule : rules) {
      for (TcpRoute route : rule.spec().tcp()) {
        TcpTarget target = target(view, rule, route.route(), port.number()).with(port.protocol());
        List<String> subnets = new ArrayList<>();
        boolean all = route.match().isEmpty();
        for (L4Match match : route.match()) {
          if (applies(
              view,
              match.port(),
              match.gateways(),
              match.sourceLabels(),
              match.sourceNamespace(),
              port.number())) {
            all |= match.destinationSubnets().isEmpty();
            subnets.addAll(match.destinationSubnets());
          }
        }
        if (all) {
          chains.add(new TcpChain(List.of(), networks, target));
          return chains;
        }
        if (!subnets.isEmpty()) {
          chains.add(new TcpChain(List.of(), List.copyOf(subnets), target));
          covered |= Set.copyOf(subnets).equals(Set.copyOf(networks));
        }
      }
    }
    if (!covered) {
      chains.add(new TcpChain(List.of(), networks, target(view, service, port)));
    }
    return chains;
  }

  private static boolean applies(
      ProxyView view,
      int wantedPort,
      List<String> gateways,
      Map<String, String> labels,
      String namespace,
      int port) {
    return (wantedPort == 0 || wantedPort == port)
        && (gateways.isEmpty() || gateways.contains(MESH))
        && (namespace.isEmpty() || namespace.equals(view.proxy().namespace()))
        && view.proxy().labels().entrySet().containsAll(labels.entrySet());
  }

  /** Where a rule sends connections. Its first destination's DestinationRule holds for all. */
  static TcpTarget target(
      ProxyView view, Config<VirtualService> rule, List<RouteDestination> route, int port) {
    List<TcpTarget.Share> shares = new ArrayList<>();
    for (RouteDestination destination : route) {
      shares.add(
          new TcpTarget.Share(
              cluster(view, destination.destination(), port), destination.weight()));
    }
    Destination first = route.getFirst().destination();
    Service service = view.scope().service(first.host());
    DestinationRule policies = service == null ? null : rule(view, service);
    boolean single = route.size() == 1;
    String statPrefix = single ? shares.getFirst().cluster() : rule.name() + "." + rule.namespace();
    return refine(
        new TcpTarget(statPrefix, List.copyOf(shares), null, null, false, null, null, false),
        policies,
        single ? first.subset() : "",
        true);
  }

  private static TcpTarget target(ProxyView view, Service service, ServicePort port) {
    TcpTarget plain =
        TcpTarget.to(ClusterName.outbound(service.hostname(), port.number(), ""))
            .with(port.protocol());
    if (DynamicForward.isDynamic(service)) {
      plain = plain.with(new TcpTarget.ByServerName(service.hostname(), port.number()));
    }
    return refine(plain, rule(view, service), "", true);
  }

  /** To one cluster, without a tunnel. */
  static TcpTarget untunnelled(String cluster, @Nullable DestinationRule rule, String subset) {
    return refine(TcpTarget.to(cluster), rule, subset, false);
  }

  private static @Nullable DestinationRule rule(ProxyView view, Service service) {
    Config<DestinationRule> found = view.context().destinationRules().find(view.proxy(), service);
    return found == null ? null : found.spec();
  }

  /** What of a DestinationRule is a matter of the listener. */
  private static TcpTarget refine(
      TcpTarget target, @Nullable DestinationRule rule, String subset, boolean tunnelled) {
    if (rule == null) {
      return target;
    }
    TrafficPolicy policy = rule.trafficPolicy();
    ConnectionPool pool = policy == null ? null : policy.connectionPool();
    TcpSettings tcp = pool == null ? null : pool.tcp();
    EffectivePolicy effective = EffectivePolicy.of(rule, subset, 0);
    LoadBalancer balancer = effective.loadBalancer();
    ConsistentHash hash = balancer == null ? null : balancer.consistentHash();
    return new TcpTarget(
        target.statPrefix(),
        target.shares(),
        tcp == null ? null : tcp.idleTimeout(),
        tcp == null ? null : tcp.maxConnectionDuration(),
        hash != null && Boolean.TRUE.equals(hash.useSourceIp()),
        tunnelled ? effective.tunnel() : null,
        target.names(),
        target.mongo());
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
