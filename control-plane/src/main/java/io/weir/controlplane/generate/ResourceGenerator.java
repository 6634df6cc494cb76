package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
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

  public static ProxyResources generate(PushContext context, Proxy proxy) {
    ProxyView view = ProxyView.of(context, proxy);
    List<InboundPort> ports = proxy.isSidecar() ? InboundPlanner.ports(view) : List.of();
    List<ClusterInput> outbound = ClusterPlanner.outbound(view);
    List<Cluster> clusters = clusters(view, outbound, ports);
    GatewayPlanner gateway = proxy.isSidecar() ? null : GatewayPlanner.of(view);
    List<Listener> listeners = new ArrayList<>();
    Map<String, RouteConfiguration> routes = new LinkedHashMap<>();
    if (gateway == null) {
      sidecar(view, ports, listeners, routes);
    } else {
      gateway.listeners().forEach(input -> listeners.add(GatewayListenerGenerator.build(input)));
      gateway.routes().forEach((name, input) -> routes.put(name, gatewayTable(input)));
    }
    return assemble(view, clusters, outbound, listeners, routes);
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
      Map<String, RouteConfiguration> routes) {
    Set<String> taken = new LinkedHashSet<>();
    ports.forEach(port -> taken.add(port.bind() + "_" + port.port()));
    listeners.addAll(InboundPlanner.listeners(view, ports));
    for (OutboundListenerInput input : OutboundPlanner.plan(view, taken)) {
      listeners.add(OutboundListenerGenerator.build(input));
      if (!input.routeName().isEmpty()) {
        routes.computeIfAbsent(
            input.routeName(),
            _ -> RouteTableGenerator.build(RoutePlanner.outbound(view, input.port())));
      }
    }
    if (view.proxy().intercepts()) {
      listeners.add(OutboundListenerGenerator.virtualOutbound(view.listenerSettings()));
    }
  }

  private static List<Cluster> clusters(
      ProxyView view, List<ClusterInput> outbound, List<InboundPort> ports) {
    Duration connectTimeout = view.mesh().connectTimeoutOrDefault();
    List<Cluster> clusters = new ArrayList<>();
    outbound.forEach(input -> clusters.add(ClusterGenerator.build(input)));
    clusters.add(InboundClusterGenerator.blackHole(connectTimeout));
    if (view.proxy().isSidecar()) {
      clusters.add(InboundClusterGenerator.passthrough(connectTimeout));
      clusters.add(InboundClusterGenerator.inboundPassthrough(connectTimeout));
      ClusterPlanner.inbound(view, ports)
          .forEach(input -> clusters.add(InboundClusterGenerator.build(input)));
    }
    return clusters;
  }

  private static ProxyResources assemble(
      ProxyView view,
      List<Cluster> clusters,
      List<ClusterInput> outbound,
      List<Listener> listeners,
      Map<String, RouteConfiguration> routes) {
    ProxyResources.Builder resources = new ProxyResources.Builder();
    Set<String> byEds = new LinkedHashSet<>();
    for (Cluster cluster : clusters) {
      resources.add(ResourceType.CLUSTER, cluster.getName(), cluster);
      if (cluster.getType() == Cluster.DiscoveryType.EDS) {
        byEds.add(cluster.getEdsClusterConfig().getServiceName());
      }
    }
    for (ClusterInput input : outbound) {
      String name =
          ClusterName.outbound(input.service().hostname(), input.port().number(), input.subset());
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
      TypedExtensionConfig config = ExtensionGenerator.build(plugin);
      if (config != null && referenced.contains(config.getName())) {
        resources.add(ResourceType.EXTENSION_CONFIG, config.getName(), config);
      }
    }
    return resources.build(view.context().revision(), view.reports().all());
  }
}
