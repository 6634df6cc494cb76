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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Route tables of a sidecar: one for each port over which requests leave. */
final class RoutePlanner {

  /** Where hosts that are no services can be reached, as Istio has it. */
  private static final int DEFAULT_HTTP_PORT = 80;

  private RoutePlanner() {}

  static RouteTableInput outbound(ProxyView view, int port) {
    SidecarScope.Egress egress = egress(view, port);
    List<VirtualHostInput> hosts = new ArrayList<>();
    if (egress != null) {
      Map<String, Service> services = new LinkedHashMap<>();
      for (Service service : egress.services()) {
        ServicePort servicePort = service.port(port);
        if (servicePort != null
            && (servicePort.protocol().isHttp() || servicePort.protocol() == Protocol.UNKNOWN)) {
          services.putIfAbsent(service.hostname(), service);
        }
      }
      RouteScope scope = scope(view, port, egress);
      Map<String, Config<VirtualService>> rules = rules(egress, services.keySet(), port);
      services.forEach(
          (host, service) ->
              hosts.add(
                  new VirtualHostInput(
                      host + ":" + port,
                      domains(service, view.proxy().dnsDomain()),
                      rules.containsKey(host) ? List.of(rules.get(host)) : List.of(),
                      ClusterName.outbound(host, port, ""),
                      false,
                      scope)));
      rules.forEach(
          (host, rule) -> {
            if (!services.containsKey(host)) {
              hosts.add(
                  new VirtualHostInput(
                      host + ":" + port, List.of(host), List.of(rule), "", false, scope));
            }
          });
    }
    return new RouteTableInput(
        Integer.toString(port),
        List.copyOf(hosts),
        view.passesUnknown()
            ? RouteTableInput.UnknownHosts.PASS
            : RouteTableInput.UnknownHosts.BLOCK,
        view.unknownHostsCluster());
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

  /**
   * The rule of each host: the oldest that names it. A wildcard rule covers services that have no
   * narrower one.
   */
  private static Map<String, Config<VirtualService>> rules(
      SidecarScope.Egress egress, Set<String> services, int port) {
    Map<String, Config<VirtualService>> exact = new LinkedHashMap<>();
    Map<String, Config<VirtualService>> wildcards = new TreeMap<>(Hostname::compare);
    for (Config<VirtualService> rule : egress.virtualServices()) {
      if (rule.spec().http().isEmpty()) {
        continue;
      }
      for (String host : rule.spec().hosts()) {
        (Hostname.isWildcard(host) ? wildcards : exact).putIfAbsent(host, rule);
      }
    }
    Map<String, Config<VirtualService>> byHost = new LinkedHashMap<>();
    Set<String> used = new LinkedHashSet<>();
    for (String service : services) {
      Config<VirtualService> own = exact.get(service);
      for (Map.Entry<String, Config<VirtualService>> wildcard : wildcards.entrySet()) {
        if (own == null && Hostname.covers(wildcard.getKey(), service)) {
          own = wildcard.getValue();
          used.add(wildcard.getKey());
        }
      }
      if (own != null) {
        byHost.put(service, own);
      }
    }
    if (port == DEFAULT_HTTP_PORT) {
      exact.forEach(
          (host, rule) -> {
            if (!isService(egress, host)) {
              byHost.putIfAbsent(host, rule);
            }
          });
      wildcards.forEach(
          (host, rule) -> {
            if (!used.contains(host)) {
              byHost.putIfAbsent(host, rule);
            }
          });
    }
    return byHost;
  }

  private static boolean isService(SidecarScope.Egress egress, String host) {
    return egress.services().stream().anyMatch(service -> service.hostname().equals(host));
  }

  private static RouteScope scope(ProxyView view, int port, SidecarScope.Egress egress) {
    Map<String, Service> services = view.scope().byHostname();
    return new RouteScope(
        port,
        false,
        List.of("mesh"),
        view.proxy().labels(),
        view.proxy().namespace(),
        services,
        hashes(view, services),
        view.mesh().defaultHttpRetryPolicy());
  }

  /** What requests to clusters are spread by, for those with consistent hashing. */
  static Map<String, ConsistentHash> hashes(ProxyView view, Map<String, Service> services) {
    Map<String, ConsistentHash> hashes = new TreeMap<>();
    for (Service service : services.values()) {
      Config<DestinationRule> rule = view.context().destinationRules().find(view.proxy(), service);
      if (rule == null) {
        continue;
      }
      List<String> subsets = new ArrayList<>(List.of(""));
      rule.spec().subsets().forEach(subset -> subsets.add(subset.name()));
      for (ServicePort port : service.ports()) {
        for (String subset : subsets) {
          EffectivePolicy policy = EffectivePolicy.of(rule.spec(), subset, port.number());
          if (policy.loadBalancer() != null && policy.loadBalancer().consistentHash() != null) {
            hashes.put(
                ClusterName.outbound(service.hostname(), port.number(), subset),
                policy.loadBalancer().consistentHash());
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
    if (Hostname.isWildcard(host)) {
      return names;
    }
    names.add(host + ".");
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
