package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.EdsClusterConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.weir.xds.ResourceType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Resources for gRPC applications that are their own proxies: a listener for the API by the name of
 * each target ({@code host:port}), with one route table, and clusters with only what gRPC knows.
 */
final class GrpcGenerator {

  private GrpcGenerator() {}

  static ProxyResources generate(ProxyView view) {
    ProxyResources.Builder resources = new ProxyResources.Builder();
    Set<Integer> ports = new LinkedHashSet<>();
    for (ClusterInput input : ClusterPlanner.outbound(view)) {
      if (input.port().protocol().isHttp() && add(resources, input)) {
        ports.add(input.port().number());
      }
    }
    for (int port : ports) {
      for (VirtualHostInput host : RoutePlanner.outbound(view, port).hosts()) {
        add(resources, host, port);
      }
    }
    GrpcServers.add(resources, view);
    return resources.build(view.context().revision(), view.reports().all());
  }

  /** False when gRPC cannot reach such a service: one without endpoints of its own. */
  private static boolean add(ProxyResources.Builder resources, ClusterInput input) {
    String name = input.name();
    Cluster.Builder cluster = ClusterGenerator.build(input).toBuilder();
    Cluster.Builder known =
        Cluster.newBuilder().setName(name).setConnectTimeout(cluster.getConnectTimeout());
    switch (cluster.getType()) {
      case EDS -> {
        known
            .setType(Cluster.DiscoveryType.EDS)
            .setEdsClusterConfig(
                EdsClusterConfig.newBuilder().setEdsConfig(Messages.ADS).setServiceName(name));
        resources.add(
            ResourceType.ENDPOINT,
            name,
            EndpointGenerator.build(
                new EndpointInput(name, input.endpoints(), input.policy(), input.locality())));
      }
      case STRICT_DNS, LOGICAL_DNS ->
          // gRPC resolves one name.
          known
              .setType(Cluster.DiscoveryType.LOGICAL_DNS)
              .setLoadAssignment(
                  EndpointGenerator.build(
                      new EndpointInput(
                          name,
                          input.endpoints().subList(0, Math.min(1, input.endpoints().size())),
                          EffectivePolicy.NONE,
                          input.locality())));
      default -> {
        return false;
      }
    }
    balancer(known, cluster);
    if (cluster.hasOutlierDetection()) {
      known.setOutlierDetection(cluster.getOutlierDetection());
    }
    known.setCircuitBreakers(limits(cluster));
    resources.add(ResourceType.CLUSTER, name, known.build());
    return true;
  }

  /** gRPC knows three ways to choose. */
  private static void balancer(Cluster.Builder known, Cluster.Builder cluster) {
    switch (cluster.getLbPolicy()) {
      case RING_HASH ->
          known.setLbPolicy(LbPolicy.RING_HASH).setRingHashLbConfig(cluster.getRingHashLbConfig());
      case LEAST_REQUEST ->
          // The default of the mesh; gRPC's own default does not need an experiment switched on.
          known.setLbPolicy(LbPolicy.ROUND_ROBIN);
      default -> known.setLbPolicy(LbPolicy.ROUND_ROBIN);
    }
  }

  private static CircuitBreakers limits(Cluster.Builder cluster) {
    CircuitBreakers.Builder limits = CircuitBreakers.newBuilder();
    for (CircuitBreakers.Thresholds thresholds : cluster.getCircuitBreakers().getThresholdsList()) {
      limits.addThresholds(
          CircuitBreakers.Thresholds.newBuilder().setMaxRequests(thresholds.getMaxRequests()));
    }
    return limits.build();
  }

  private static void add(ProxyResources.Builder resources, VirtualHostInput input, int port) {
    String target = input.name();
    VirtualHost.Builder host = RouteTableGenerator.virtualHost(input).toBuilder().clearDomains();
    for (String domain : input.domains()) {
      host.addDomains(domain);
      if (!domain.contains("*")) {
        // gRPC compares the whole target.
        host.addDomains(domain + ":" + port);
      }
    }
    for (Route.Builder route : host.getRoutesBuilderList()) {
      route.removeTypedPerFilterConfig(RouteFilters.CORS);
    }
    String routes = "outbound|" + port + "||" + target.substring(0, target.lastIndexOf(':'));
    resources.add(
        ResourceType.ROUTE,
        routes,
        RouteConfiguration.newBuilder().setName(routes).addVirtualHosts(host).build());
    HttpConnectionManager manager =
        HttpConnectionManager.newBuilder()
            .setStatPrefix(routes)
            .setRds(Rds.newBuilder().setConfigSource(Messages.ADS).setRouteConfigName(routes))
            .addAllHttpFilters(filters())
            .build();
    resources.add(
        ResourceType.LISTENER,
        target,
        Listener.newBuilder()
            .setName(target)
            .setApiListener(ApiListener.newBuilder().setApiListener(Messages.any(manager)))
            .build());
  }

  private static List<HttpFilter> filters() {
    return List.of(
        HttpFilter.newBuilder()
            .setName(RouteFilters.FAULT)
            .setTypedConfig(Messages.any(HTTPFault.getDefaultInstance()))
            .build(),
        HttpFilter.newBuilder()
            .setName("envoy.filters.http.router")
            .setTypedConfig(Messages.any(Router.getDefaultInstance()))
            .build());
  }
}
