package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.NonForwardingAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.weir.controlplane.push.MutualTlsMode;
import io.weir.controlplane.registry.ServiceRegistry.Instance;
import io.weir.xds.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Listeners for gRPC servers that ask for their own: one for each port of the workload, under the
 * names that the template of Istio's bootstrap makes of {@code 0.0.0.0:port} and {@code [::]:port}.
 * They bring authorization. There are no certificates to give out, so a port that must have mutual
 * TLS has no listener.
 */
final class GrpcServers {
  private static final String PREFIX = "xds.istio.io/grpc/lds/inbound/";
  private static final List<String> ADDRESSES = List.of("0.0.0.0", "::");

  private GrpcServers() {}

  static void add(ProxyResources.Builder resources, ProxyView view) {
    Set<Integer> ports = new TreeSet<>();
    for (Instance instance : view.context().registry().instances(view.proxy().addresses())) {
      ports.add(instance.endpoint().endpointPort());
    }
    var modes = view.context().mutualTls(view.proxy());
    List<HttpFilter> filters = filters(view);
    for (int port : ports) {
      if (modes.of(port) == MutualTlsMode.STRICT) {
        view.reports()
            .warn(
                "port " + port,
                "no listener for a gRPC server: PeerAuthentication wants mutual TLS",
                "gRPC servers get no certificates; use PERMISSIVE for this workload");
        continue;
      }
      for (String address : ADDRESSES) {
        String host = address.contains(":") ? "[" + address + "]" : address;
        String name = PREFIX + host + ":" + port;
        resources.add(
            ResourceType.LISTENER,
            name,
            Listener.newBuilder()
                .setName(name)
                .setAddress(Messages.address(address, port))
                .addFilterChains(chain(port, filters))
                .build());
      }
    }
  }

  private static FilterChain chain(int port, List<HttpFilter> filters) {
    HttpConnectionManager manager =
        HttpConnectionManager.newBuilder()
            .setStatPrefix("inbound_" + port)
            .setRouteConfig(
                RouteConfiguration.newBuilder()
                    .setName("inbound")
                    .addVirtualHosts(
                        VirtualHost.newBuilder()
                            .setName("inbound|http|" + port)
                            .addDomains("*")
                            .addRoutes(
                                Route.newBuilder()
                                    .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                                    .setNonForwardingAction(
                                        NonForwardingAction.getDefaultInstance()))))
            .addAllHttpFilters(filters)
            .build();
    return FilterChain.newBuilder()
        .setName("inbound-" + port)
        .addFilters(
            Filter.newBuilder()
                .setName("inbound-hcm-" + port)
                .setTypedConfig(Messages.any(manager)))
        .build();
  }

  /** What gRPC knows of a workload's policies. */
  private static List<HttpFilter> filters(ProxyView view) {
    SecurityFilters security = view.listenerSettings().security();
    if (!security.customHttp().isEmpty() || !security.jwt().isEmpty()) {
      view.reports()
          .warn(
              "gRPC server",
              "CUSTOM authorization and RequestAuthentication are left out",
              "gRPC servers know ALLOW and DENY only");
    }
    List<HttpFilter> filters = new ArrayList<>(security.rbacHttp());
    filters.add(
        HttpFilter.newBuilder()
            .setName("envoy.filters.http.router")
            .setTypedConfig(Messages.any(Router.getDefaultInstance()))
            .build());
    return List.copyOf(filters);
  }
}
