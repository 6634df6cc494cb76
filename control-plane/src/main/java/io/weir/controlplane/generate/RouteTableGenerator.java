package io.weir.controlplane.generate;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Route tables of sidecars and gateways. */
final class RouteTableGenerator {

  private static final UInt32Value MAX_DIRECT_RESPONSE_BYTES = Messages.uint(1 << 20);
  private static final int BAD_GATEWAY = 502;

  private RouteTableGenerator() {}

  static RouteConfiguration build(RouteTableInput input) {
    RouteConfiguration.Builder table =
        RouteConfiguration.newBuilder()
            .setName(input.name())
            .setValidateClusters(Messages.bool(false))
            .setMaxDirectResponseBodySizeBytes(MAX_DIRECT_RESPONSE_BYTES)
            .setIgnorePortInHostMatching(true);
    boolean gateway = input.unknownHosts() == RouteTableInput.UnknownHosts.NOT_FOUND;
    List<VirtualHostInput> inputs = gateway ? collapse(input.hosts()) : input.hosts();
    table.addAllVirtualHosts(
        uniqueDomains(inputs.stream().map(RouteTableGenerator::virtualHost).toList()));
    switch (input.unknownHosts()) {
      case NOT_FOUND -> {}
      case PASS -> table.addVirtualHosts(pass(input.unknownCluster()));
      case BLOCK -> table.addVirtualHosts(block());
    }
    return table.build();
  }

  static VirtualHost virtualHost(VirtualHostInput input) {
    VirtualHost.Builder host =
        VirtualHost.newBuilder()
            .setName(input.name())
            .addAllDomains(input.domains())
            .setIncludeRequestAttemptCount(true);
    if (input.requireTls()) {
      host.setRequireTls(VirtualHost.TlsRequirementType.ALL);
    }
    List<Route> routes = new ArrayList<>();
    for (BoundRules rules : input.rules()) {
      routes.addAll(HttpRoutes.build(rules.config(), rules.scope()));
    }
    if (routes.isEmpty() && !input.cluster().isEmpty()) {
      routes.add(HttpRoutes.toService(input.cluster(), input.scope()));
    }
    return host.addAllRoutes(catchAllLast(routes)).build();
  }

  /** With rules of several resources, one's catch-all must not hide another's rules. */
  private static List<Route> catchAllLast(List<Route> routes) {
    List<Route> sorted = new ArrayList<>(routes.size());
    routes.stream().filter(route -> !RouteMatches.catchesAll(route)).forEach(sorted::add);
    routes.stream().filter(RouteMatches::catchesAll).forEach(sorted::add);
    return sorted;
  }

  /** On gateways, hosts of equal rules share a virtual host, which is named after the first. */
  private static List<VirtualHostInput> collapse(List<VirtualHostInput> hosts) {
    Map<Shared, VirtualHostInput> byContent = new LinkedHashMap<>();
    for (VirtualHostInput host : hosts) {
      byContent.merge(
          new Shared(host.rules(), host.requireTls(), host.cluster()),
          host,
          RouteTableGenerator::joined);
    }
    return List.copyOf(byContent.values());
  }

  /** What hosts must have in common. */
  private record Shared(List<BoundRules> rules, boolean requireTls, String cluster) {}

  private static VirtualHostInput joined(VirtualHostInput first, VirtualHostInput second) {
    List<String> domains = new ArrayList<>(first.domains());
    domains.addAll(second.domains());
    return new VirtualHostInput(
        first.name(),
        List.copyOf(domains),
        first.rules(),
        first.cluster(),
        first.requireTls(),
        first.scope());
  }

  /** A domain may stand in one virtual host only: the first has it. */
  private static List<VirtualHost> uniqueDomains(List<VirtualHost> hosts) {
    Set<String> seen = new LinkedHashSet<>();
    List<VirtualHost> unique = new ArrayList<>();
    for (VirtualHost host : hosts) {
      List<String> domains = host.getDomainsList().stream().filter(seen::add).toList();
      if (domains.size() == host.getDomainsCount()) {
        unique.add(host);
      } else if (!domains.isEmpty()) {
        unique.add(host.toBuilder().clearDomains().addAllDomains(domains).build());
      }
    }
    return unique;
  }

  private static VirtualHost pass(String cluster) {
    return VirtualHost.newBuilder()
        .setName("allow_any")
        .addDomains("*")
        .setIncludeRequestAttemptCount(true)
        .addRoutes(
            Route.newBuilder()
                .setName("allow_any")
                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                .setRoute(
                    RouteAction.newBuilder()
                        .setCluster(cluster)
                        .setTimeout(Messages.ZERO)
                        .setMaxGrpcTimeout(Messages.ZERO)))
        .build();
  }

  private static VirtualHost block() {
    return VirtualHost.newBuilder()
        .setName("block_all")
        .addDomains("*")
        .setIncludeRequestAttemptCount(true)
        .addRoutes(
            Route.newBuilder()
                .setName("block_all")
                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                .setDirectResponse(DirectResponseAction.newBuilder().setStatus(BAD_GATEWAY)))
        .build();
  }

  /** A table of a gateway port that no rule is bound to. */
  static RouteConfiguration nothing(String name, int port) {
    return RouteConfiguration.newBuilder()
        .setName(name)
        .setValidateClusters(Messages.bool(false))
        .setMaxDirectResponseBodySizeBytes(MAX_DIRECT_RESPONSE_BYTES)
        .setIgnorePortInHostMatching(true)
        .addVirtualHosts(VirtualHost.newBuilder().setName("blackhole:" + port).addDomains("*"))
        .build();
  }
}
