package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.controlplane.patch.PatchContext;
import io.weir.controlplane.patch.PatchReport;
import io.weir.controlplane.patch.Profile;
import io.weir.controlplane.push.GatewayServer;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.controlplane.push.ServedModule;
import io.weir.controlplane.push.ServedModules;
import io.weir.controlplane.push.TrafficPlugin;
import io.weir.xds.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Generates all resources of a proxy. Any thread. */
public final class ResourceGenerator {

  private ResourceGenerator() {}

  /** Everything for a proxy, patched. */
  public static ProxyResources generate(PushContext context, Proxy proxy, Profile profile) {
    ProxyView view = ProxyView.of(context, proxy);
    return proxy.client() == Proxy.Client.GRPC
        ? GrpcGenerator.generate(view)
        : generate(view, Patches.of(context, proxy, profile));
  }

  /** What became of each patch for a proxy. */
  public static PatchReport report(PushContext context, Proxy proxy, Profile profile) {
    Patches patches = Patches.reporting(context, proxy, profile);
    generate(ProxyView.of(context, proxy), patches);
    return patches.report();
  }

  private static ProxyResources generate(ProxyView view, Patches patches) {
    boolean sidecar = view.proxy().isSidecar();
    List<InboundPort> ports = sidecar ? InboundPlanner.ports(view) : List.of();
    List<ClusterInput> outbound = new ArrayList<>(ClusterPlanner.outbound(view));
    if (!sidecar
        && view.context().servers(view.proxy()).stream().anyMatch(GatewayServer::findsServices)) {
      outbound.addAll(ClusterPlanner.byServerName(view));
    }
    List<Cluster> clusters = clusters(view, outbound, ports, patches);
    List<Listener> listeners = new ArrayList<>();
    Map<String, RouteConfiguration> routes = new LinkedHashMap<>();
    if (sidecar) {
      sidecar(view, ports, listeners, routes, patches);
    } else {
      gateway(view, listeners, routes, patches);
    }
    return assemble(view, clusters, outbound, listeners, routes, patches);
  }

  private static void gateway(
      ProxyView view,
      List<Listener> listeners,
      Map<String, RouteConfiguration> routes,
      Patches patches) {
    GatewayPlanner gateway = GatewayPlanner.of(view);
    List<Listener> plain =
        gateway.listeners().stream().map(GatewayListenerGenerator::build).toList();
    listeners.addAll(patches.listeners(PatchContext.GATEWAY, plain));
    gateway
        .routes()
        .forEach(
            (name, input) ->
                routes.put(name, patches.routes(PatchContext.GATEWAY, gatewayTable(input))));
  }

  private static RouteConfiguration gatewayTable(RouteTableInput input) {
    return input.hosts().isEmpty()
        ? RouteTableGenerator.nothing(input.name(), GatewayPlanner.portOf(input))
        : RouteTableGenerator.build(input);
  }

  private static void sidecar(
      ProxyView view,
      List<InboundPort> ports,
      List<Listener> listeners,
      Map<String, RouteConfiguration> routes,
      Patches patches) {
    Set<String> taken = new LinkedHashSet<>();
    ports.forEach(port -> taken.add(port.bind() + "_" + port.port()));
    listeners.addAll(
        patches.listeners(PatchContext.SIDECAR_INBOUND, InboundPlanner.listeners(view, ports)));
    List<Listener> outbound = new ArrayList<>();
    for (OutboundListenerInput input : OutboundPlanner.plan(view, taken)) {
      outbound.add(OutboundListenerGenerator.build(input));
      if (!input.routeName().isEmpty()) {
        routes.computeIfAbsent(
            input.routeName(),
            _ ->
                patches.routes(
                    PatchContext.SIDECAR_OUTBOUND, RouteTableGenerator.build(table(view, input))));
      }
    }
    int proxyPort = view.httpProxyPort();
    if (proxyPort > 0) {
      outbound.add(OutboundListenerGenerator.build(OutboundPlanner.httpProxy(view, proxyPort)));
      routes.put(
          RoutePlanner.HTTP_PROXY,
          patches.routes(
              PatchContext.SIDECAR_OUTBOUND,
              RouteTableGenerator.build(RoutePlanner.httpProxy(view))));
    }
    if (view.proxy().intercepts()) {
      outbound.add(OutboundListenerGenerator.virtualOutbound(view.listenerSettings()));
    }
    listeners.addAll(patches.listeners(PatchContext.SIDECAR_OUTBOUND, outbound));
  }

  private static RouteTableInput table(ProxyView view, OutboundListenerInput input) {
    int colon = input.routeName().lastIndexOf(':');
    return colon < 0
        ? RoutePlanner.outbound(view, input.port())
        : RoutePlanner.single(
            view, input.routeName(), input.routeName().substring(0, colon), input.port());
  }

  private static List<Cluster> clusters(
      ProxyView view, List<ClusterInput> outbound, List<InboundPort> ports, Patches patches) {
    Duration connectTimeout = view.mesh().connectTimeoutOrDefault();
    boolean sidecar = view.proxy().isSidecar();
    List<Cluster> plain = new ArrayList<>();
    outbound.forEach(input -> plain.add(ClusterGenerator.build(input)));
    plain.add(InboundClusterGenerator.blackHole(connectTimeout));
    if (sidecar) {
      plain.add(InboundClusterGenerator.passthrough(connectTimeout));
    }
    List<Cluster> clusters =
        new ArrayList<>(
            patches.clusters(
                sidecar ? PatchContext.SIDECAR_OUTBOUND : PatchContext.GATEWAY, plain));
    if (sidecar) {
      for (InboundClusterInput input : ClusterPlanner.inbound(view, ports)) {
        clusters.addAll(patches.inbound(InboundClusterGenerator.build(input), input.service()));
      }
      clusters.addAll(
          patches.inbound(InboundClusterGenerator.inboundPassthrough(connectTimeout), null));
      clusters.addAll(patches.addedInbound());
    }
    return clusters;
  }

  private static ProxyResources assemble(
      ProxyView view,
      List<Cluster> clusters,
      List<ClusterInput> outbound,
      List<Listener> listeners,
      Map<String, RouteConfiguration> routes,
      Patches patches) {
    ProxyResources.Builder resources = new ProxyResources.Builder();
    Set<String> byEds = new LinkedHashSet<>();
    for (Cluster cluster : clusters) {
      resources.add(ResourceType.CLUSTER, cluster.getName(), cluster);
      if (cluster.getType() == Cluster.DiscoveryType.EDS) {
        byEds.add(cluster.getEdsClusterConfig().getServiceName());
      }
    }
    for (ClusterInput input : outbound) {
      String name = input.name();
      if (byEds.contains(name)) {
        resources.add(
            ResourceType.ENDPOINT,
            name,
            EndpointGenerator.build(
                new EndpointInput(name, input.endpoints(), input.policy(), input.locality())));
      }
    }
    listeners.forEach(l -> resources.add(ResourceType.LISTENER, l.getName(), l));
    routes.forEach((name, table) -> resources.add(ResourceType.ROUTE, name, table));
    Set<String> referenced = ExtensionReferences.of(listeners);
    for (TrafficPlugin plugin : view.plugins()) {
      ServedModules modules = view.context().modules();
      TypedExtensionConfig config = ExtensionGenerator.build(plugin, modules);
      ServedModule served = modules.of(plugin.key());
      if (served != null && served.state() == ServedModule.State.READY) {
        resources.add(
            ResourceType.CLUSTER,
            ModuleServer.CLUSTER,
            ModuleServer.cluster(modules, view.mesh().connectTimeoutOrDefault()));
      }
      if (config != null && referenced.contains(config.getName())) {
        resources.add(ResourceType.EXTENSION_CONFIG, config.getName(), config);
      }
    }
    for (TypedExtensionConfig config : patches.extensionConfigs()) {
      if (referenced.contains(config.getName())) {
        resources.add(ResourceType.EXTENSION_CONFIG, config.getName(), config);
      }
    }
    patches
        .quarantined()
        .forEach(
            entry -> view.reports().add("EnvoyFilter " + entry.filter().id(), entry.toString()));
    return resources.build(view.context().revision(), view.reports().all());
  }
}
