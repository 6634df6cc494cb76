package io.weir.controlplane.generate;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.generate.GatewayListenerInput.Chain;
import io.weir.controlplane.generate.OutboundListenerInput.TcpChain;
import io.weir.controlplane.push.GatewayServer;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.controlplane.registry.Protocol;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.ServiceRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which listeners and route tables a gateway has. */
final class GatewayPlanner {

  private final ProxyView view;
  private final Map<String, Group> groups = new LinkedHashMap<>();

  /** The servers of one address. */
  private record Group(String bind, int port, List<GatewayServer> servers) {}

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
        String bind =
            server.server().bind().isEmpty()
                ? OutboundListenerGenerator.WILDCARD
                : server.server().bind();
        groups
            .computeIfAbsent(bind + "_" + port, _ -> new Group(bind, port, new ArrayList<>()))
            .servers()
            .add(server);
      }
    }
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
    boolean plain = false;
    Set<String> seen = new LinkedHashSet<>();
    for (GatewayServer server : group.servers()) {
      if (server.plainHttp()) {
        if (!plain) {
          plain = true;
          chains.add(
              new Chain(
                  List.of(),
                  List.of(),
                  null,
                  server.routeName(group.port()),
                  null,
                  ProxyView.translatesGrpcWeb(server.protocol())));
        }
      } else if (server.routesRequests()) {
        List<String> names = names(server, seen);
        if (!names.isEmpty() && server.server().tls() != null) {
          chains.add(
              new Chain(
                  names,
                  List.of(),
                  server.server().tls(),
                  server.routeName(group.port()),
                  null,
                  false));
        }
      } else {
        chains.addAll(forwarding(server));
      }
    }
    return chains;
  }

  /** Server names that no earlier server has. */
  private static List<String> names(GatewayServer server, Set<String> seen) {
    return server.server().hosts().stream()
        .map(host -> host.substring(host.indexOf('/') + 1))
        .filter(seen::add)
        .toList();
  }

  private List<Chain> forwarding(GatewayServer server) {
    List<Chain> chains = new ArrayList<>();
    int port = server.port().number();
    for (Config<VirtualService> rule :
        view.context().virtualServices(server.gateway(), view.proxy())) {
      boolean admitted =
          rule.spec().hosts().stream().anyMatch(host -> server.admits(host, rule.namespace()));
      if (!admitted) {
        continue;
      }
      if (server.passesTls()) {
        for (TcpChain chain :
            TcpPlanner.byServerName(view, rule, port, server.gateway(), List.of())) {
          chains.add(
              new Chain(chain.serverNames(), chain.networks(), null, "", chain.target(), false));
        }
        continue;
      }
      List<TcpChain> tcp = new ArrayList<>();
      TcpPlanner.tcp(view, rule, port, server.gateway(), List.of(), tcp);
      for (TcpChain chain : tcp) {
        boolean tls = server.terminatesTls() && server.protocol() != Protocol.TCP;
        chains.add(
            new Chain(
                tls ? names(server, new LinkedHashSet<>()) : List.of(),
                chain.networks(),
                server.terminatesTls() ? server.server().tls() : null,
                "",
                chain.target(),
                false));
      }
    }
    return chains;
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
    int port = servers.getFirst().port().number();
    Map<String, HostDraft> hosts = new LinkedHashMap<>();
    for (GatewayServer server : servers) {
      boolean redirect = server.server().tls() != null && server.server().tls().httpsRedirect();
      for (Config<VirtualService> rule :
          view.context().virtualServices(server.gateway(), view.proxy())) {
        if (rule.spec().http().isEmpty()) {
          continue;
        }
        for (String host : rule.spec().hosts()) {
          for (String served : server.matching(host, rule.namespace())) {
            HostDraft draft = hosts.computeIfAbsent(served, _ -> new HostDraft());
            draft.requireTls |= redirect;
            draft.gateways.add(server.gateway());
            draft.rules.add(rule);
          }
        }
      }
      if (redirect) {
        for (String written : server.server().hosts()) {
          String host = written.substring(written.indexOf('/') + 1);
          hosts.computeIfAbsent(host, _ -> new HostDraft()).requireTls = true;
        }
      }
    }
    Map<String, Service> services = view.scope().byHostname();
    Map<String, io.weir.controlplane.config.DestinationRule.ConsistentHash> hashes =
        RoutePlanner.hashes(view, services);
    List<VirtualHostInput> inputs = new ArrayList<>();
    hosts.forEach(
        (host, draft) ->
            inputs.add(
                new VirtualHostInput(
                    host + ":" + port,
                    List.of(host),
                    List.copyOf(draft.rules),
                    "",
                    draft.requireTls,
                    new RouteScope(
                        port,
                        !servers.getFirst().plainHttp(),
                        List.copyOf(draft.gateways),
                        view.proxy().labels(),
                        view.proxy().namespace(),
                        services,
                        hashes,
                        view.mesh().defaultHttpRetryPolicy()))));
    return new RouteTableInput(
        name, List.copyOf(inputs), RouteTableInput.UnknownHosts.NOT_FOUND, "");
  }

  /** The port in a table's blackhole. */
  static int portOf(RouteTableInput input) {
    String[] parts = input.name().split("\\.");
    return Integer.parseInt(parts[1]);
  }

  /** A virtual host in the making. */
  private static final class HostDraft {
    boolean requireTls;
    final Set<String> gateways = new LinkedHashSet<>();
    final Set<Config<VirtualService>> rules = new LinkedHashSet<>();
  }
}
