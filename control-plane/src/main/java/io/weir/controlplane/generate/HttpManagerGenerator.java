package io.weir.controlplane.generate;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.grpc_web.v3.GrpcWeb;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.SetCurrentClientCertDetails;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.weir.controlplane.config.PluginPhase;
import io.weir.controlplane.config.ProxyConfig.ForwardClientCert;
import io.weir.controlplane.config.ProxyConfig.GatewayTopology;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The HTTP engine of a filter chain, with its filters in Istio's order. */
final class HttpManagerGenerator {

  static final String NAME = "envoy.filters.network.http_connection_manager";
  static final String SERVER_NAME = "istio-envoy";

  private HttpManagerGenerator() {}

  static Filter build(HttpManagerInput input) {
    HttpConnectionManager.Builder manager =
        HttpConnectionManager.newBuilder()
            .setStatPrefix(input.statPrefix())
            .setUseRemoteAddress(Messages.bool(input.side() == HttpManagerInput.Side.GATEWAY))
            .setProxy100Continue(true)
            .setStreamIdleTimeout(Messages.ZERO)
            .addUpgradeConfigs(UpgradeConfig.newBuilder().setUpgradeType("websocket"))
            .addAllHttpFilters(filters(input))
            .addAllAccessLog(input.accessLogs());
    if (input.routes() != null) {
      manager.setRouteConfig(input.routes());
    } else {
      manager.setRds(
          Rds.newBuilder().setConfigSource(Messages.ADS).setRouteConfigName(input.routeName()));
    }
    if (input.routeName().equals(RoutePlanner.HTTP_PROXY)) {
      manager.setHttpProtocolOptions(
          Http1ProtocolOptions.newBuilder().setAllowAbsoluteUrl(Messages.bool(true)));
    }
    normalize(manager, input);
    identify(manager, input.side(), input.topology());
    return filter(NAME, manager.build());
  }

  private static List<HttpFilter> filters(HttpManagerInput input) {
    List<HttpFilter> filters = new ArrayList<>(input.custom());
    filters.addAll(plugins(input, PluginPhase.AUTHN));
    filters.addAll(input.authentication());
    filters.addAll(plugins(input, PluginPhase.AUTHZ));
    filters.addAll(input.authorization());
    filters.addAll(plugins(input, PluginPhase.STATS));
    filters.addAll(plugins(input, PluginPhase.UNSPECIFIED_PHASE));
    if (input.grpcWeb()) {
      filters.add(
          httpFilter("envoy.filters.http.grpc_web", Messages.any(GrpcWeb.getDefaultInstance())));
    }
    filters.add(httpFilter(RouteFilters.FAULT, Messages.any(HTTPFault.getDefaultInstance())));
    filters.add(httpFilter(RouteFilters.CORS, Messages.any(Cors.getDefaultInstance())));
    input.dynamicHosts().forEach(host -> filters.add(DynamicForward.httpFilter(host)));
    filters.add(httpFilter("envoy.filters.http.router", Messages.any(Router.getDefaultInstance())));
    return filters;
  }

  private static List<HttpFilter> plugins(HttpManagerInput input, PluginPhase phase) {
    return PluginFilters.http(input.plugins(), phase, input.inbound(), input.port());
  }

  private static void normalize(HttpConnectionManager.Builder manager, HttpManagerInput input) {
    manager.setPathWithEscapedSlashesAction(PathWithEscapedSlashesAction.KEEP_UNCHANGED);
    switch (input.normalization()) {
      case NONE -> manager.setNormalizePath(Messages.bool(false));
      case DEFAULT, BASE -> manager.setNormalizePath(Messages.bool(true));
      case MERGE_SLASHES -> manager.setNormalizePath(Messages.bool(true)).setMergeSlashes(true);
      case DECODE_AND_MERGE_SLASHES ->
          manager
              .setNormalizePath(Messages.bool(true))
              .setMergeSlashes(true)
              .setPathWithEscapedSlashesAction(PathWithEscapedSlashesAction.UNESCAPE_AND_FORWARD);
    }
  }

  private static void identify(
      HttpConnectionManager.Builder manager,
      HttpManagerInput.Side side,
      @Nullable GatewayTopology topology) {
    switch (side) {
      case OUTBOUND -> {}
      case INBOUND ->
          manager
              .setServerName(SERVER_NAME)
              .setForwardClientCertDetails(ForwardClientCertDetails.APPEND_FORWARD)
              .setSetCurrentClientCertDetails(
                  SetCurrentClientCertDetails.newBuilder()
                      .setSubject(Messages.bool(true))
                      .setDns(true)
                      .setUri(true));
      case GATEWAY -> {
        manager
            .setServerName(SERVER_NAME)
            .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance());
        edge(manager, topology);
      }
    }
  }

  /** What a gateway does with what stands in front of it says of clients. */
  private static void edge(
      HttpConnectionManager.Builder manager, @Nullable GatewayTopology topology) {
    ForwardClientCertDetails details = ForwardClientCertDetails.SANITIZE_SET;
    if (topology != null) {
      manager.setXffNumTrustedHops(topology.numTrustedProxies());
      ForwardClientCert chosen = topology.forwardClientCertDetails();
      if (chosen != null && chosen != ForwardClientCert.UNDEFINED) {
        details = ForwardClientCertDetails.valueOf(chosen.name());
      }
    }
    manager.setForwardClientCertDetails(details);
    if (details == ForwardClientCertDetails.SANITIZE_SET
        || details == ForwardClientCertDetails.APPEND_FORWARD) {
      manager.setSetCurrentClientCertDetails(
          SetCurrentClientCertDetails.newBuilder()
              .setSubject(Messages.bool(true))
              .setCert(true)
              .setDns(true)
              .setUri(true));
    }
  }

  private static HttpFilter httpFilter(String name, Any config) {
    return HttpFilter.newBuilder().setName(name).setTypedConfig(config).build();
  }

  static Filter filter(String name, Message config) {
    return Filter.newBuilder().setName(name).setTypedConfig(Messages.any(config)).build();
  }
}
