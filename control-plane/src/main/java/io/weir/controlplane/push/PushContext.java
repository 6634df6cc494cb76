package io.weir.controlplane.push;

import io.weir.controlplane.config.AuthorizationPolicy;
import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.ConfigSnapshot;
import io.weir.controlplane.config.EnvoyFilterConfig;
import io.weir.controlplane.config.Gateway;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.config.Port;
import io.weir.controlplane.config.RequestAuthentication;
import io.weir.controlplane.config.Telemetry;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.patch.EnvoyFilter;
import io.weir.controlplane.registry.RegistryBuilder;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.ServiceRegistry;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that resources are generated from, at one revision. Immutable; indexes that a change
 * does not touch are shared with the context before it.
 */
public final class PushContext {

  private static final Set<Kind> SERVICE_KINDS =
      EnumSet.of(Kind.SERVICE_ENTRY, Kind.WORKLOAD_ENTRY);
  private static final Set<Kind> SECURITY_KINDS =
      EnumSet.of(Kind.AUTHORIZATION_POLICY, Kind.REQUEST_AUTHENTICATION);
  private static final Set<Kind> PLUGIN_KINDS =
      EnumSet.of(Kind.WASM_PLUGIN, Kind.TRAFFIC_EXTENSION);

  private final ConfigSnapshot snapshot;
  private final MeshConfig mesh;
  private final Certificates certificates;
  private final ServiceRegistry registry;
  private final VirtualServiceIndex virtualServices;
  private final DestinationRuleIndex destinationRules;
  private final SidecarScopes scopes;
  private final PeerAuthenticationIndex peerAuthentications;
  private final TrafficPluginIndex plugins;
  private final SecurityIndex security;
  private final TelemetryIndex telemetry;
  private final List<Config<Gateway>> gateways;
  private final List<EnvoyFilter> envoyFilters;
  private final Map<String, List<EnvoyFilter>> envoyFiltersOf;
  private final ServedModules modules;

  private PushContext(
      ConfigSnapshot snapshot,
      MeshConfig mesh,
      Certificates certificates,
      ServiceRegistry registry,
      VirtualServiceIndex virtualServices,
      DestinationRuleIndex destinationRules,
      SidecarScopes scopes,
      PeerAuthenticationIndex peerAuthentications,
      TrafficPluginIndex plugins,
      SecurityIndex security,
      TelemetryIndex telemetry,
      List<Config<Gateway>> gateways,
      List<EnvoyFilter> envoyFilters,
      Map<String, List<EnvoyFilter>> envoyFiltersOf,
      ServedModules modules) {
    this.snapshot = snapshot;
    this.mesh = mesh;
    this.certificates = certificates;
    this.registry = registry;
    this.virtualServices = virtualServices;
    this.destinationRules = destinationRules;
    this.scopes = scopes;
    this.peerAuthentications = peerAuthentications;
    this.plugins = plugins;
    this.security = security;
    this.telemetry = telemetry;
    this.gateways = gateways;
    this.envoyFilters = envoyFilters;
    this.envoyFiltersOf = envoyFiltersOf;
    this.modules = modules;
  }

  /** A context from nothing. */
  public static PushContext first(
      ConfigSnapshot snapshot, MeshConfig mesh, Certificates certificates) {
    ServiceRegistry registry = RegistryBuilder.build(snapshot, mesh, null);
    VirtualServiceIndex virtualServices = VirtualServiceIndex.build(snapshot, mesh, null);
    String root = mesh.rootNamespace();
    List<EnvoyFilter> filters = envoyFilters(snapshot);
    return new PushContext(
        snapshot,
        mesh,
        certificates,
        registry,
        virtualServices,
        DestinationRuleIndex.build(snapshot, mesh),
        new SidecarScopes(snapshot, registry, virtualServices, root),
        new PeerAuthenticationIndex(snapshot, root),
        new TrafficPluginIndex(snapshot, root),
        new SecurityIndex(snapshot, root),
        new TelemetryIndex(snapshot, root),
        sorted(snapshot.list(Kind.GATEWAY, Gateway.class)),
        filters,
        byNamespace(filters),
        ServedModules.NONE);
  }

  /** The context after a change. */
  public PushContext next(ConfigSnapshot snapshot, Set<ConfigKey> changed) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    changed.forEach(key -> kinds.add(key.kind()));
    String root = mesh.rootNamespace();
    ServiceRegistry services =
        touches(kinds, SERVICE_KINDS) ? RegistryBuilder.build(snapshot, mesh, registry) : registry;
    VirtualServiceIndex rules =
        kinds.contains(Kind.VIRTUAL_SERVICE)
            ? VirtualServiceIndex.build(snapshot, mesh, virtualServices)
            : virtualServices;
    // What a proxy sees does not depend on endpoints.
    boolean sameServices = services == registry || services.services().equals(registry.services());
    boolean sameScopes = sameServices && rules == virtualServices && !kinds.contains(Kind.SIDECAR);
    boolean sameFilters = !kinds.contains(Kind.ENVOY_FILTER);
    List<EnvoyFilter> filters = sameFilters ? envoyFilters : envoyFilters(snapshot);
    return new PushContext(
        snapshot,
        mesh,
        certificates,
        services,
        rules,
        kinds.contains(Kind.DESTINATION_RULE)
            ? DestinationRuleIndex.build(snapshot, mesh)
            : destinationRules,
        sameScopes ? scopes : new SidecarScopes(snapshot, services, rules, root),
        kinds.contains(Kind.PEER_AUTHENTICATION)
            ? new PeerAuthenticationIndex(snapshot, root)
            : peerAuthentications,
        touches(kinds, PLUGIN_KINDS) ? new TrafficPluginIndex(snapshot, root) : plugins,
        touches(kinds, SECURITY_KINDS) ? new SecurityIndex(snapshot, root) : security,
        kinds.contains(Kind.TELEMETRY) ? new TelemetryIndex(snapshot, root) : telemetry,
        kinds.contains(Kind.GATEWAY)
            ? sorted(snapshot.list(Kind.GATEWAY, Gateway.class))
            : gateways,
        filters,
        sameFilters ? envoyFiltersOf : byNamespace(filters),
        modules);
  }

  /** The same world with other states of modules. */
  public PushContext with(ServedModules served) {
    return new PushContext(
        snapshot,
        mesh,
        certificates,
        registry,
        virtualServices,
        destinationRules,
        scopes,
        peerAuthentications,
        plugins,
        security,
        telemetry,
        gateways,
        envoyFilters,
        envoyFiltersOf,
        served);
  }

  public ServedModules modules() {
    return modules;
  }

  /** The plugins of all proxies. */
  public List<TrafficPlugin> allPlugins() {
    return plugins.all();
  }

  private static Map<String, List<EnvoyFilter>> byNamespace(List<EnvoyFilter> filters) {
    Map<String, List<EnvoyFilter>> byNamespace = new HashMap<>();
    for (EnvoyFilter filter : filters) {
      byNamespace.computeIfAbsent(filter.namespace(), _ -> new ArrayList<>()).add(filter);
    }
    return byNamespace;
  }

  private static List<EnvoyFilter> envoyFilters(ConfigSnapshot snapshot) {
    return snapshot.list(Kind.ENVOY_FILTER, EnvoyFilterConfig.class).stream()
        .map(config -> config.spec().filter())
        .toList();
  }

  private static boolean touches(Set<Kind> changed, Set<Kind> kinds) {
    return changed.stream().anyMatch(kinds::contains);
  }

  private static List<Config<Gateway>> sorted(List<Config<Gateway>> gateways) {
    List<Config<Gateway>> sorted = new ArrayList<>(gateways);
    sorted.sort(Config.OLDEST_FIRST);
    return List.copyOf(sorted);
  }

  public long revision() {
    return snapshot.revision();
  }

  public ConfigSnapshot snapshot() {
    return snapshot;
  }

  public MeshConfig mesh() {
    return mesh;
  }

  public ServiceRegistry registry() {
    return registry;
  }

  public DestinationRuleIndex destinationRules() {
    return destinationRules;
  }

  public VirtualServiceIndex virtualServices() {
    return virtualServices;
  }

  public List<EnvoyFilter> envoyFilters() {
    return envoyFilters;
  }

  /** Those that can be for proxies of a namespace: its own and the root namespace's. */
  public List<EnvoyFilter> envoyFilters(String namespace) {
    String root = mesh.rootNamespace();
    List<EnvoyFilter> found = new ArrayList<>(envoyFiltersOf.getOrDefault(namespace, List.of()));
    if (!namespace.equals(root)) {
      found.addAll(envoyFiltersOf.getOrDefault(root, List.of()));
    }
    return found;
  }

  /** What a proxy sees. */
  public SidecarScope scope(Proxy proxy) {
    return scopes.of(proxy);
  }

  /** Whether every proxy sees the services and rules that it saw in another context. */
  boolean sameScopes(PushContext other) {
    return scopes == other.scopes;
  }

  /** What the ports of a proxy accept. */
  public PeerAuthenticationIndex.Modes mutualTls(Proxy proxy) {
    PeerAuthenticationIndex.Modes modes = peerAuthentications.of(proxy);
    return certificates == Certificates.ISSUED ? modes : modes.withoutCertificates();
  }

  /** Whether a service's endpoints are offered mTLS if they can do it. */
  public boolean offersMutualTls(Service service) {
    return certificates == Certificates.ISSUED
        && mesh.enableAutoMtls()
        && !service.external()
        && peerAuthentications.ofNamespace(service.namespace()) != MutualTlsMode.DISABLE;
  }

  /** The AuthorizationPolicies that hold for a proxy. */
  public List<Config<AuthorizationPolicy>> authorization(Proxy proxy) {
    return security.authorization(proxy);
  }

  /** The RequestAuthentications that hold for a proxy. */
  public List<Config<RequestAuthentication>> requestAuthentication(Proxy proxy) {
    return security.authentication(proxy);
  }

  /** The Telemetries that hold for a proxy, the widest first. */
  public List<Config<Telemetry>> telemetry(Proxy proxy) {
    return telemetry.of(proxy);
  }

  /** A proxy's plugins, by phase and in order. */
  public List<TrafficPlugin> plugins(Proxy proxy) {
    return plugins.of(proxy);
  }

  /** The servers of all Gateways that select a proxy, oldest first. */
  public List<GatewayServer> servers(Proxy proxy) {
    List<GatewayServer> servers = new ArrayList<>();
    for (Config<Gateway> config : gateways) {
      if (!proxy.labels().entrySet().containsAll(config.spec().selector().entrySet())) {
        continue;
      }
      for (int i = 0; i < config.spec().servers().size(); i++) {
        Gateway.Server server = config.spec().servers().get(i);
        Port port = server.port();
        if (port != null) {
          servers.add(new GatewayServer(config, i, server, port));
        }
      }
    }
    return List.copyOf(servers);
  }

  /** VirtualServices of a gateway, oldest first. */
  public List<Config<VirtualService>> virtualServices(String gateway, Proxy proxy) {
    return virtualServices.forGateway(gateway, proxy.namespace());
  }
}
