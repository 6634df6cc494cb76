package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.config.ProxyConfig.GatewayTopology;
import io.weir.controlplane.push.TrafficPlugin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that an HTTP connection manager depends on.
 *
 * @param routeName of the route table that comes by RDS, if {@code routes} is null
 * @param port by which plugins are selected: the service's outbound, the container's inbound
 * @param authentication filters between the phases AUTHN and AUTHZ
 * @param authorization filters between the phases AUTHZ and STATS
 * @param grpcWeb whether browsers speak gRPC here
 * @param dynamicHosts wildcard hosts whose names are resolved as requests ask for them
 * @param topology what stands in front of a gateway
 * @param custom filters in front of all phases
 */
record HttpManagerInput(
    Side side,
    String statPrefix,
    String routeName,
    @Nullable RouteConfiguration routes,
    List<TrafficPlugin> plugins,
    int port,
    MeshConfig.Normalization normalization,
    List<HttpFilter> custom,
    List<HttpFilter> authentication,
    List<HttpFilter> authorization,
    List<AccessLog> accessLogs,
    boolean grpcWeb,
    @Nullable GatewayTopology topology,
    List<String> dynamicHosts) {

  /** Whose requests it takes. */
  enum Side {
    OUTBOUND,
    INBOUND,
    GATEWAY
  }

  boolean inbound() {
    return side == Side.INBOUND;
  }
}
