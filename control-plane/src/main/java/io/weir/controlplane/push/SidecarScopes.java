package io.weir.controlplane.push;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigSnapshot;
import io.weir.controlplane.config.Destination;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.Port;
import io.weir.controlplane.config.Selector;
import io.weir.controlplane.config.Sidecar;
import io.weir.controlplane.config.Sidecar.CaptureMode;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.registry.Hostname;
import io.weir.controlplane.registry.Protocol;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.ServiceKey;
import io.weir.controlplane.registry.ServicePort;
import io.weir.controlplane.registry.ServiceRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds a proxy's scope: the Sidecar that selects it, else its namespace's, else the root
 * namespace's, else everything. Scopes are shared by proxies of equal configuration. Any thread.
 */
public final class SidecarScopes {

  private final ServiceRegistry registry;
  private final VirtualServiceIndex virtualServices;
  private final String rootNamespace;
  private final Map<String, List<Config<Sidecar>>> sidecars = new LinkedHashMap<>();
  private final Map<ScopeKey, SidecarScope> scopes = new ConcurrentHashMap<>();

  SidecarScopes(
      ConfigSnapshot snapshot,
      ServiceRegistry registry,
      VirtualServiceIndex virtualServices,
      String rootNamespace) {
    this.registry = registry;
    this.virtualServices = virtualServices;
    this.rootNamespace = rootNamespace;
    List<Config<Sidecar>> all = new ArrayList<>(snapshot.list(Kind.SIDECAR, Sidecar.class));
    all.sort(Config.OLDEST_FIRST);
    all.forEach(
        config -> sidecars.computeIfAbsent(config.namespace(), _ -> new ArrayList<>()).add(config));
  }

  private record ScopeKey(String namespace, @Nullable Config<Sidecar> config) {}

  SidecarScope of(Proxy proxy) {
    ScopeKey key = new ScopeKey(proxy.namespace(), proxy.isSidecar() ? select(proxy) : null);
    return scopes.computeIfAbsent(key, this::build);
  }

  private @Nullable Config<Sidecar> select(Proxy proxy) {
    Config<Sidecar> forAll = null;
    for (Config<Sidecar> config : sidecars.getOrDefault(proxy.namespace(), List.of())) {
      Selector selector = config.spec().workloadSelector();
      if (selector == null || selector.required().isEmpty()) {
        forAll = forAll == null ? config : forAll;
      } else if (selector.selects(proxy.labels())) {
        return config;
      }
    }
    if (forAll != null) {
      return forAll;
    }
    for (Config<Sidecar> config : sidecars.getOrDefault(rootNamespace, List.of())) {
      Selector selector = config.spec().workloadSelector();
      if (selector == null || selector.required().isEmpty()) {
        return config;
      }
    }
    return null;
  }

  private SidecarScope build(ScopeKey key) {
    List<Config<VirtualService>> rules =
        virtualServices.forGateway(VirtualServiceResolver.MESH, key.namespace());
    Config<Sidecar> config = key.config();
    List<SidecarScope.Egress> egress = new ArrayList<>();
    if (config == null || config.spec().egress().isEmpty()) {
      egress.add(
          new SidecarScope.Egress(
              null, "", CaptureMode.DEFAULT, services(key.namespace(), List.of("*/*")), rules));
    } else {
      for (Sidecar.Egress listener : config.spec().egress()) {
        egress.add(egress(listener, key.namespace(), rules));
      }
    }
    Set<Service> all = new LinkedHashSet<>();
    Set<Config<VirtualService>> allRules = new LinkedHashSet<>();
    for (SidecarScope.Egress listener : egress) {
      all.addAll(listener.services());
      allRules.addAll(listener.virtualServices());
    }
    Map<ServiceKey, List<Service>> byKey = new HashMap<>();
    all.forEach(s -> byKey.computeIfAbsent(s.key(), _ -> new ArrayList<>()).add(s));
    return new SidecarScope(
        config,
        List.copyOf(egress),
        registry.services().stream()
            .filter(s -> byKey.containsKey(s.key()))
            .map(s -> joined(byKey.getOrDefault(s.key(), List.of(s)), s))
            .toList(),
        List.copyOf(allRules));
  }

  /** A service seen through several egress listeners has the ports of all of them. */
  private static Service joined(List<Service> seen, Service service) {
    if (seen.contains(service)) {
      return service;
    }
    Set<ServicePort> ports = new LinkedHashSet<>();
    seen.forEach(other -> ports.addAll(other.ports()));
    return withPorts(service, service.ports().stream().filter(ports::contains).toList());
  }

  private SidecarScope.Egress egress(
      Sidecar.Egress listener, String namespace, List<Config<VirtualService>> rules) {
    List<Config<VirtualService>> selected = new ArrayList<>();
    for (Config<VirtualService> rule : rules) {
      if (rule.spec().hosts().stream()
          .anyMatch(host -> selects(listener.hosts(), namespace, rule.namespace(), host))) {
        selected.add(rule);
      }
    }
    Map<String, Service> services = new LinkedHashMap<>();
    services(namespace, listener.hosts()).forEach(s -> services.putIfAbsent(s.hostname(), s));
    for (Config<VirtualService> rule : selected) {
      for (String host : destinations(rule.spec())) {
        Service service = registry.visible(host, namespace);
        if (service != null) {
          services.putIfAbsent(host, service);
        }
      }
    }
    List<Service> seen = new ArrayList<>(services.values());
    Port only = listener.port();
    if (only != null
        && only.number() > 0
        && Protocol.parse(only.protocol()) != Protocol.HTTP_PROXY) {
      int port = only.number();
      seen.removeIf(service -> service.port(port) == null);
      seen.replaceAll(
          service ->
              withPorts(
                  service, service.ports().stream().filter(p -> p.number() == port).toList()));
    }
    return new SidecarScope.Egress(
        listener.port(),
        listener.bind(),
        listener.captureMode(),
        List.copyOf(seen),
        List.copyOf(selected));
  }

  private List<Service> services(String namespace, List<String> hosts) {
    Map<String, Service> found = new LinkedHashMap<>();
    for (Service service : registry.services()) {
      if (service.visibleIn(namespace)
          && selects(hosts, namespace, service.namespace(), service.hostname())) {
        Service other = found.get(service.hostname());
        if (other == null || service.namespace().equals(namespace)) {
          found.put(service.hostname(), service);
        }
      }
    }
    return List.copyOf(found.values());
  }

  /**
   * Whether one of {@code namespace/dnsName} selects a host of a namespace, and none of {@code
   * ~namespace/dnsName} leaves it out; {@code ~/} leaves out in every namespace.
   */
  private static boolean selects(
      List<String> selectors, String ownNamespace, String namespace, String host) {
    boolean selected = false;
    for (String selector : selectors) {
      boolean excludes = selector.startsWith("~");
      int slash = selector.indexOf('/');
      String wanted = slash < 0 ? "*" : selector.substring(excludes ? 1 : 0, slash);
      String dnsName = selector.substring(slash + 1);
      boolean inNamespace =
          switch (wanted) {
            case "*", "" -> true;
            case "." -> namespace.equals(ownNamespace);
            default -> namespace.equals(wanted);
          };
      if (inNamespace && excludes && Hostname.covers(dnsName, host)) {
        return false;
      }
      selected |= inNamespace && !excludes && Hostname.overlap(dnsName, host);
    }
    return selected;
  }

  private static Set<String> destinations(VirtualService spec) {
    Set<String> hosts = new LinkedHashSet<>();
    for (VirtualService.HttpRoute route : spec.http()) {
      route.route().forEach(r -> hosts.add(r.destination().host()));
      Destination mirror = route.mirror();
      if (mirror != null) {
        hosts.add(mirror.host());
      }
      route.mirrors().forEach(m -> hosts.add(m.destination().host()));
    }
    spec.tls().forEach(r -> r.route().forEach(d -> hosts.add(d.destination().host())));
    spec.tcp().forEach(r -> r.route().forEach(d -> hosts.add(d.destination().host())));
    return hosts;
  }

  private static Service withPorts(Service service, List<ServicePort> ports) {
    return new Service(
        service.key(),
        service.addresses(),
        List.copyOf(ports),
        service.resolution(),
        service.external(),
        service.exportTo(),
        service.subjectAltNames(),
        service.configName(),
        service.created());
  }
}
