package io.weir.controlplane.generate;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.DestinationRule.ConsistentHash;
import io.weir.controlplane.config.Gateway;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.generate.GatewayListenerInput.Chain;
import io.weir.controlplane.push.GatewayServer;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.controlplane.registry.Hostname;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.ServiceRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which listeners and route tables a gateway has. */
final class GatewayPlanner {

  private final ProxyView view;
  private final Map<String, Group> groups = new LinkedHashMap<>();

  /** The servers of one address. */
  private record Group(String bind, int port, List<GatewayServer> servers, Set<String> tlsHosts) {
    /** Why a server cannot be added, or null. */
    @Nullable String refuses(GatewayServer server) {
      if (server.server().tls() != null) {
        List<String> taken = server.hostNames().stream().filter(tlsHosts::contains).toList();
        if (!taken.isEmpty()) {
          return "an older server has TLS for " + String.join(", ", taken);
        }
      }
      if (servers.isEmpty()) {
        return null;
      }
      GatewayServer first = servers.getFirst();
      if (!first.sharesByServerName()) {
        return first.plainHttp() && server.plainHttp()
            ? null
            : "an older server has this port without TLS";
      }
      if (server.plainHttp() || server.server().tls() == null) {
        return "the other servers of this port are told apart by TLS server names";
      }
      return server.routesRequests()
              && servers.stream()
                  .anyMatch(
                      o -> o.routesRequests() && o.routeName(port).equals(server.routeName(port)))
          ? "its Gateway has another server with this port's name"
          : null;
    }

    void add(GatewayServer server) {
      if (server.server().tls() != null) {
        tlsHosts.addAll(server.hostNames());
      }
      servers.add(server);
    }
  }

  private GatewayPlanner(ProxyView view) {
    this.view = view;
    Map<Integer, Set<Integer>> targets = targetPorts(view.context(), view.proxy());
    for (GatewayServer server : view.context().servers(view.proxy())) {
      int number = server.port().number();
      Set<Integer> ports =
          targets == null ? Set.of(number) : targets.getOrDefault(number, Set.of());
      if (ports.isEmpty()) {
        view.reports()
            .warn(
                "Gateway " + server.gateway(),
                "no listener for port "
                    + number
                    + ": the gateway is an endpoint of a service without it",
                "add the port to the service");
      }
      for (int port : ports) {
        add(server, port);
      }
    }
  }

  private void add(GatewayServer server, int port) {
    String bind =
        server.server().bind().isEmpty()
            ? OutboundListenerGenerator.WILDCARD
            : server.server().bind();
    Group group =
        groups.computeIfAbsent(
            bind + "_" + port, _ -> new Group(bind, port, new ArrayList<>(), new HashSet<>()));
    String reason = group.refuses(server);
    if (reason == null) {
      group.add(server);
      return;
    }
    view.reports()
        .warn(
            "Gateway " + server.gateway() + " servers[" + server.index() + "]",
            "left out: " + reason,
            "give it hosts, a port or a port name of its own");
  }

  static GatewayPlanner of(ProxyView view) {
    return new GatewayPlanner(view);
  }

  /** Where the ports of services that the gateway belongs to lead; null if it belongs to none. */
  private static @Nullable Map<Integer, Set<Integer>> targetPorts(
      PushContext context, Proxy proxy) {
    Map<Integer, Set<Integer>> targets = null;
    for (ServiceRegistry.Instance instance : context.registry().instances(proxy.addresses())) {
      targets = targets == null ? new TreeMap<>() : targets;
      targets
          .computeIfAbsent(instance.endpoint().port(), _ -> new LinkedHashSet<>())
          .add(instance.endpoint().endpointPort());
    }
    return targets;
  }

  /** The service ports behind each port that a gateway binds, where they are known to differ. */
  static Map<Integer, Set<Integer>> servicePorts(PushContext context, Proxy proxy) {
    Map<Integer, Set<Integer>> targets = targetPorts(context, proxy);
    Map<Integer, Set<Integer>> services = new TreeMap<>();
    if (targets != null) {
      targets.forEach(
          (service, bound) ->
              bound.forEach(
                  port -> services.computeIfAbsent(port, _ -> new LinkedHashSet<>()).add(service)));
    }
    return services;
  }

  List<GatewayListenerInput> listeners() {
    ListenerSettings settings = view.listenerSettings();
    List<GatewayListenerInput> inputs = new ArrayList<>();
    for (Group group : groups.values()) {
      List<Chain> chains = chains(group);
      if (!chains.isEmpty()) {
        inputs.add(new GatewayListenerInput(group.bind(), group.port(), chains, settings));
      }
    }
    return inputs;
  }

  private List<Chain> chains(Group group) {
    List<Chain> chains = new ArrayList<>();
    Set<String> passed = new LinkedHashSet<>();
    for (GatewayServer server : group.servers()) {
      if (server.plainHttp()) {
        // All of them share the route table.
        return List.of(
            Chain.routed(
                List.of(),
                null,
                server.routeName(group.port()),
                ProxyView.translatesGrpcWeb(server.protocol())));
      }
      if (server.routesRequests()) {
        chains.add(
            Chain.routed(
                server.hostNames(), server.server().tls(), server.routeName(group.port()), false));
      } else if (server.passesTls()) {
        chains.addAll(
            server.findsServices()
                ? ServiceNameChains.of(view, server)
                : byServerName(server, passed));
      } else {
        TcpTarget target = forwarded(server);
        if (target != null) {
          chains.add(Chain.forwarded(server.hostNames(), server.server().tls(), target));
        }
      }
    }
    return chains;
  }

  /** TLS that goes through, by the server names of rules; the first rule of a name has it. */
  private List<Chain> byServerName(GatewayServer server, Set<String> passed) {
    List<Chain> chains = new ArrayList<>();
    for (Config<VirtualService> rule : rules(server)) {
      for (VirtualService.TlsRoute route : rule.spec().tls()) {
        for (VirtualService.TlsMatch match : route.match()) {
          boolean here = binds(server, match.port(), match.gateways()) && !route.route().isEmpty();
          if (here && match.sniHosts().stream().noneMatch(passed::contains)) {
            passed.addAll(match.sniHosts());
            chains.add(
                Chain.forwarded(
                    match.sniHosts(),
                    null,
                    TcpPlanner.target(view, rule, route.route(), server.port().number())));
          }
        }
      }
    }
    return chains;
  }

  /** Where the first TCP rule of a server sends connections; null without one. */
  private @Nullable TcpTarget forwarded(GatewayServer server) {
    for (Config<VirtualService> rule : rules(server)) {
      for (VirtualService.TcpRoute route : rule.spec().tcp()) {
        boolean here =
            route.match().isEmpty()
                || route.match().stream().anyMatch(m -> binds(server, m.port(), m.gateways()));
        if (here && !route.route().isEmpty()) {
          return TcpPlanner.target(view, rule, route.route(), server.port().number())
              .with(server.protocol());
        }
      }
    }
    view.reports()
        .warn(
            "Gateway " + server.gateway() + " servers[" + server.index() + "]",
            "no chain: no VirtualService has a tcp rule for it",
            "bind a VirtualService with a tcp rule for port " + server.port().number());
    return null;
  }

  private List<Config<VirtualService>> rules(GatewayServer server) {
    return view.context().virtualServices(server.gateway(), view.proxy()).stream()
        .filter(
            rule ->
                rule.spec().hosts().stream()
                    .anyMatch(host -> server.admits(host, rule.namespace())))
        .toList();
  }

  private static boolean binds(GatewayServer server, int port, List<String> gateways) {
    return (port == 0 || port == server.port().number())
        && (gateways.isEmpty() || gateways.contains(server.gateway()));
  }

  /** Route tables by name. */
  Map<String, RouteTableInput> routes() {
    Map<String, RouteTableInput> tables = new LinkedHashMap<>();
    Map<String, List<GatewayServer>> byTable = new LinkedHashMap<>();
    for (Group group : groups.values()) {
      for (GatewayServer server : group.servers()) {
        if (server.routesRequests()) {
          byTable
              .computeIfAbsent(server.routeName(group.port()), _ -> new ArrayList<>())
              .add(server);
        }
      }
    }
    byTable.forEach((name, servers) -> tables.put(name, table(name, servers)));
    return tables;
  }

  private RouteTableInput table(String name, List<GatewayServer> servers) {
    Map<String, Service> services = view.scope().byHostname();
    var hashes = RoutePlanner.hashes(view, services);
    Map<String, BoundRules> bound = new HashMap<>();
    Map<String, HostDraft> hosts = new TreeMap<>(Hostname::compare);
    for (GatewayServer server : servers) {
      Gateway.ServerTls serverTls = server.server().tls();
      boolean tls = serverTls != null;
      boolean redirect = serverTls != null && serverTls.httpsRedirect();
      int port = server.port().number();
      for (Config<VirtualService> rule :
          view.context().virtualServices(server.gateway(), view.proxy())) {
        BoundRules rules =
            bound.computeIfAbsent(
                server.gateway() + " " + rule.path(),
                _ -> new BoundRules(rule, scope(server, tls, services, hashes)));
        if (!HttpRoutes.any(rule, rules.scope())) {
          continue;
        }
        for (String host : rule.spec().hosts()) {
          for (String served : server.matching(host, rule.namespace())) {
            HostDraft draft = hosts.computeIfAbsent(lower(served), _ -> new HostDraft(port));
            draft.requireTls |= redirect;
            draft.rules.add(rules);
          }
        }
      }
      if (redirect) {
        for (String host : server.hostNames()) {
          hosts.computeIfAbsent(lower(host), _ -> new HostDraft(port)).requireTls = true;
        }
      }
    }
    List<VirtualHostInput> inputs = new ArrayList<>();
    hosts.forEach(
        (host, draft) ->
            inputs.add(
                new VirtualHostInput(
                    host + ":" + draft.port,
                    List.of(host),
                    List.copyOf(draft.rules),
                    "",
                    draft.requireTls,
                    scope(servers.getFirst(), false, services, hashes))));
    return new RouteTableInput(
        name, List.copyOf(inputs), RouteTableInput.UnknownHosts.NOT_FOUND, "");
  }

  private RouteScope scope(
      GatewayServer server,
      boolean tls,
      Map<String, Service> services,
      Map<String, ConsistentHash> hashes) {
    return new RouteScope(
        server.port().number(),
        tls,
        List.of(server.gateway()),
        view.proxy().labels(),
        view.proxy().namespace(),
        services,
        hashes,
        view.mesh().defaultHttpRetryPolicy());
  }

  private static String lower(String host) {
    return host.toLowerCase(Locale.ROOT);
  }

  /** The port in a table's blackhole. */
  static int portOf(RouteTableInput input) {
    String[] parts = input.name().split("\\.");
    return Integer.parseInt(parts[1]);
  }

  /** A virtual host in the making. */
  private static final class HostDraft {
    final int port;
    final List<BoundRules> rules = new ArrayList<>();
    boolean requireTls;

    HostDraft(int port) {
      this.port = port;
    }
  }
}
