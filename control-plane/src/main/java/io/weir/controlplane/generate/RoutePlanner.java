package io.weir.controlplane.generate;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.DestinationRule;
import io.weir.controlplane.config.DestinationRule.ConsistentHash;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.push.SidecarScope;
import io.weir.controlplane.registry.Hostname;
import io.weir.controlplane.registry.Protocol;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.ServicePort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Route tables of a sidecar: one for each port over which requests leave. */
final class RoutePlanner {

  /** Where hosts that are no services can be reached, as Istio has it. */
  private static final int DEFAULT_HTTP_PORT = 80;

  /** The route table of the listener for applications that know their HTTP proxy. */
  static final String HTTP_PROXY = "http_proxy";

  private RoutePlanner() {}

  /** The table of all services at a port. */
  static RouteTableInput outbound(ProxyView view, int port) {
    return new RouteTableInput(
        Integer.toString(port),
        hosts(view, port),
        view.passesUnknown()
            ? RouteTableInput.UnknownHosts.PASS
            : RouteTableInput.UnknownHosts.BLOCK,
        view.unknownHostsCluster());
  }

  /** The table of one service that has a listener for itself, so that every host name is its. */
  static RouteTableInput single(ProxyView view, String name, String host, int port) {
    List<VirtualHostInput> only =
        hosts(view, port).stream()
            .filter(input -> input.domains().contains(host))
            .map(
                input ->
                    new VirtualHostInput(
                        input.name(),
                        List.of("*"),
                        input.rules(),
                        input.cluster(),
                        input.requireTls(),
                        input.scope()))
            .limit(1)
            .toList();
    return new RouteTableInput(name, only, RouteTableInput.UnknownHosts.NOT_FOUND, "");
  }

  static List<VirtualHostInput> hosts(ProxyView view, int port) {
    SidecarScope.Egress egress = egress(view, port);
    if (egress == null) {
      return List.of();
    }
    if (!isHttpProxy(egress)) {
      List<VirtualHostInput> hosts = new ArrayList<>();
      add(hosts, view, egress, services(egress, port), scope(view, port), port);
      return List.copyOf(hosts);
    }
    return proxied(view, egress);
  }

  /** The table of the listener for applications that know their HTTP proxy. */
  static RouteTableInput httpProxy(ProxyView view) {
    SidecarScope.Egress egress = egress(view, 0);
    return new RouteTableInput(
        HTTP_PROXY,
        egress == null ? List.of() : proxied(view, egress),
        view.passesUnknown()
            ? RouteTableInput.UnknownHosts.PASS
            : RouteTableInput.UnknownHosts.BLOCK,
        view.unknownHostsCluster());
  }

  /** Requests to a proxy name host and port: services of all ports, told apart by it. */
  private static List<VirtualHostInput> proxied(ProxyView view, SidecarScope.Egress egress) {
    List<VirtualHostInput> hosts = new ArrayList<>();
    Set<Integer> ports = new TreeSet<>();
    egress.services().forEach(s -> s.ports().forEach(p -> ports.add(p.number())));
    for (int servicePort : ports) {
      List<VirtualHostInput> ofPort = new ArrayList<>();
      add(ofPort, view, egress, services(egress, servicePort), scope(view, 0), servicePort);
      ofPort.forEach(input -> hosts.add(withPorts(input, servicePort)));
    }
    return List.copyOf(hosts);
  }

  static boolean isHttpProxy(SidecarScope.Egress egress) {
    return egress.port() != null && Protocol.parse(egress.port().protocol()) == Protocol.HTTP_PROXY;
  }

  private static VirtualHostInput withPorts(VirtualHostInput input, int port) {
    List<String> domains = new ArrayList<>();
    for (String domain : input.domains()) {
      if (port == DEFAULT_HTTP_PORT) {
        domains.add(domain);
      }
      domains.add(domain + ":" + port);
    }
    return new VirtualHostInput(
        input.name(),
        List.copyOf(domains),
        input.rules(),
        input.cluster(),
        input.requireTls(),
        input.scope());
  }

  /** Services that are reached by HTTP at a port, or may be. */
  private static Map<String, Service> services(SidecarScope.Egress egress, int port) {
    Map<String, Service> services = new LinkedHashMap<>();
    for (Service service : egress.services()) {
      ServicePort servicePort = service.port(port);
      if (servicePort != null
          && (servicePort.protocol().isHttp() || servicePort.protocol() == Protocol.UNKNOWN)) {
        services.putIfAbsent(service.hostname(), service);
      }
    }
    return services;
  }

  /**
   * A virtual host for each service, with the rules of the oldest VirtualService that has any for
   * it; and one for each other host of these VirtualServices. Where none of a VirtualService's
   * hosts is a service at the port, its hosts can be reached at port 80, as Istio has it.
   */
  private static void add(
      List<VirtualHostInput> hosts,
      ProxyView view,
      SidecarScope.Egress egress,
      Map<String, Service> services,
      RouteScope scope,
      int port) {
    Map<String, Config<VirtualService>> narrowest = narrowest(egress, services.keySet());
    Map<String, VirtualHostInput> byName = new LinkedHashMap<>();
    for (Config<VirtualService> rule : egress.virtualServices()) {
      if (!HttpRoutes.any(rule, scope)) {
        continue;
      }
      Set<String> own = new LinkedHashSet<>();
      List<String> others = new ArrayList<>();
      for (String host : rule.spec().hosts()) {
        List<String> meant = covered(host, services.keySet());
        if (meant.isEmpty()) {
          others.add(host);
        }
        meant.stream()
            .filter(s -> !Hostname.isWildcard(host) || narrowest.get(s) == rule)
            .forEach(own::add);
      }
      if (own.isEmpty() && port != DEFAULT_HTTP_PORT) {
        continue;
      }
      for (String host : others) {
        byName.putIfAbsent(
            host + ":" + port,
            new VirtualHostInput(
                host + ":" + port,
                List.of(host),
                List.of(new BoundRules(rule, scope)),
                "",
                false,
                scope));
      }
      for (String host : own) {
        Service service = services.get(host);
        if (service != null) {
          byName.putIfAbsent(
              host + ":" + port,
              host(view, service, List.of(new BoundRules(rule, scope)), scope, port));
        }
      }
    }
    services.forEach(
        (host, service) ->
            byName.putIfAbsent(host + ":" + port, host(view, service, List.of(), scope, port)));
    hosts.addAll(byName.values());
  }

  private static VirtualHostInput host(
      ProxyView view, Service service, List<BoundRules> rules, RouteScope scope, int port) {
    return new VirtualHostInput(
        service.hostname() + ":" + port,
        domains(service, view.proxy().dnsDomain()),
        rules,
        ClusterName.outbound(service.hostname(), port, ""),
        false,
        scope);
  }

  /** The services that a rule's host means. */
  private static List<String> covered(String host, Set<String> services) {
    if (!Hostname.isWildcard(host)) {
      return services.contains(host) ? List.of(host) : List.of();
    }
    return services.stream().filter(service -> Hostname.covers(host, service)).toList();
  }

  /** The egress listener of a port: its own, else the one for all ports. */
  private static SidecarScope.@Nullable Egress egress(ProxyView view, int port) {
    SidecarScope.Egress forAll = null;
    for (SidecarScope.Egress egress : view.scope().egress()) {
      if (egress.port() == null || egress.port().number() == 0) {
        forAll = forAll == null ? egress : forAll;
      } else if (egress.port().number() == port) {
        return egress;
      }
    }
    return forAll;
  }

  /** For each service the rule with the narrowest host that covers it, of these the oldest. */
  private static Map<String, Config<VirtualService>> narrowest(
      SidecarScope.Egress egress, Set<String> services) {
    Map<String, Config<VirtualService>> exact = new HashMap<>();
    Map<String, Config<VirtualService>> wildcards = new TreeMap<>(Hostname::compare);
    for (Config<VirtualService> rule : egress.virtualServices()) {
      for (String host : rule.spec().hosts()) {
        (Hostname.isWildcard(host) ? wildcards : exact).putIfAbsent(host, rule);
      }
    }
    Map<String, Config<VirtualService>> byService = new HashMap<>();
    if (wildcards.isEmpty()) {
      return byService;
    }
    for (String service : services) {
      Config<VirtualService> own = exact.get(service);
      for (Map.Entry<String, Config<VirtualService>> wildcard : wildcards.entrySet()) {
        if (own == null && Hostname.covers(wildcard.getKey(), service)) {
          own = wildcard.getValue();
        }
      }
      if (own != null) {
        byService.put(service, own);
      }
    }
    return byService;
  }

  private static RouteScope scope(ProxyView view, int port) {
    Map<String, Service> services = view.scope().byHostname();
    return new RouteScope(
        port,
        false,
        List.of("mesh"),
        view.proxy().labels(),
        view.proxy().namespace(),
        // At a port a destination that names none means this port, whatever ports it has.
        port == 0 ? services : Map.of(),
        hashes(view, services),
        view.mesh().defaultHttpRetryPolicy());
  }

  /**
   * What requests are spread by, for destinations with consistent hashing: by {@link
   * RouteActions#hashKey}, with port 0 for destinations that name none. Settings of a port count
   * only where the destination names it.
   */
  static Map<String, ConsistentHash> hashes(ProxyView view, Map<String, Service> services) {
    Map<String, ConsistentHash> hashes = new TreeMap<>();
    for (Service service : services.values()) {
      Config<DestinationRule> rule = view.context().destinationRules().find(view.proxy(), service);
      if (rule == null) {
        continue;
      }
      List<String> subsets = new ArrayList<>(List.of(""));
      rule.spec().subsets().forEach(subset -> subsets.add(subset.name()));
      List<Integer> ports = new ArrayList<>(List.of(0));
      service.ports().forEach(port -> ports.add(port.number()));
      for (String subset : subsets) {
        for (int port : ports) {
          ConsistentHash hash = EffectivePolicy.hash(rule.spec(), subset, port);
          if (hash != null) {
            hashes.put(ClusterName.outbound(service.hostname(), port, subset), hash);
          }
        }
      }
    }
    return java.util.Collections.unmodifiableMap(hashes);
  }

  private static List<String> domains(Service service, String dnsDomain) {
    List<String> domains = new ArrayList<>(alternatives(service.hostname(), dnsDomain));
    for (String address : service.addresses()) {
      if (!address.contains("/") && !address.equals("0.0.0.0")) {
        domains.add(address.contains(":") ? "[" + address + "]" : address);
      }
    }
    return List.copyOf(domains);
  }

  /**
   * A host's names: as it is, with a final dot, and shortened as a resolver in the domain would.
   */
  static List<String> alternatives(String host, String dnsDomain) {
    List<String> names = new ArrayList<>();
    names.add(host);
    names.add(host + ".");
    if (Hostname.isWildcard(host)) {
      return names;
    }
    int dot = dnsDomain.indexOf('.');
    if (dot < 0) {
      return names;
    }
    String namespace = dnsDomain.substring(0, dot);
    String cluster = dnsDomain.substring(dot + 1);
    if (!cluster.startsWith("svc.")) {
      return names;
    }
    if (host.endsWith("." + dnsDomain)) {
      String name = host.substring(0, host.length() - dnsDomain.length() - 1);
      names.add(name);
      names.add(name + "." + namespace + ".svc");
      names.add(name + "." + namespace);
    } else if (host.endsWith("." + cluster)) {
      String name = host.substring(0, host.length() - cluster.length() - 1);
      names.add(name);
      names.add(name + ".svc");
    }
    return names;
  }
}
