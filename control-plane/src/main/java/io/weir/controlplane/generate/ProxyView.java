package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.Locality;
import io.weir.controlplane.config.Destination;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.config.ProxyConfig;
import io.weir.controlplane.config.ProxyConfig.GatewayTopology;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.controlplane.push.SidecarScope;
import io.weir.controlplane.registry.Hostname;
import io.weir.controlplane.registry.LocalityLabel;
import io.weir.controlplane.registry.Protocol;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.security.AuthorizationTranslator;
import io.weir.controlplane.security.TokenTranslator;
import io.weir.xds.ProblemList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One proxy at one push: what the planners look at. Owned by one thread. */
record ProxyView(PushContext context, Proxy proxy, SidecarScope scope, ProblemList reports) {

  static ProxyView of(PushContext context, Proxy proxy) {
    return new ProxyView(context, proxy, context.scope(proxy), new ProblemList());
  }

  MeshConfig mesh() {
    return context.mesh();
  }

  ProxyLocality locality() {
    Locality locality = proxy.node().getLocality();
    if (locality.getRegion().isEmpty()) {
      locality = EndpointGenerator.parse(LocalityLabel.of(proxy.labels()));
    }
    return new ProxyLocality(
        locality.getRegion(), locality.getZone(), locality.getSubZone(), Map.of());
  }

  /** What becomes of requests to unknown hosts. */
  boolean passesUnknown() {
    var sidecar = scope.config();
    var policy = sidecar == null ? null : sidecar.spec().outboundTrafficPolicy();
    var mode = policy == null ? mesh().outboundMode() : policy.mode();
    return mode != io.weir.controlplane.config.Sidecar.Mode.REGISTRY_ONLY;
  }

  /**
   * Where requests to unknown hosts go when they pass: a Sidecar's egress proxy, or straight on.
   */
  String unknownHostsCluster() {
    var sidecar = scope.config();
    var policy = sidecar == null ? null : sidecar.spec().outboundTrafficPolicy();
    Destination proxy = policy == null ? null : policy.egressProxy();
    if (sidecar == null || proxy == null) {
      return ClusterName.PASSTHROUGH;
    }
    String host = Hostname.resolve(proxy.host(), sidecar.namespace());
    int port = proxy.port() == null ? 0 : proxy.port().number();
    Service service = scope.service(host);
    if (port == 0 && service != null && service.ports().size() == 1) {
      port = service.ports().getFirst().number();
    }
    return ClusterName.outbound(host, port, proxy.subset());
  }

  /** Whether a port gets the filter of gRPC from browsers. */
  static boolean translatesGrpcWeb(Protocol protocol) {
    return protocol == Protocol.GRPC_WEB;
  }

  MeshConfig.Normalization normalization() {
    MeshConfig.PathNormalization normalization = mesh().pathNormalization();
    return normalization == null ? MeshConfig.Normalization.DEFAULT : normalization.normalization();
  }

  ListenerSettings listenerSettings() {
    return new ListenerSettings(
        proxy.intercepts(),
        passesUnknown() ? unknownHostsCluster() : ClusterName.BLACK_HOLE,
        normalization(),
        plugins(),
        AccessLogs.of(mesh(), context.telemetry(proxy), true, reports),
        AccessLogs.of(mesh(), context.telemetry(proxy), false, reports),
        security(),
        proxy.transparent(),
        topology(),
        proxy.client() != Proxy.Client.WEIR);
  }

  /** What stands in front of a gateway: as its node says, else as the mesh says. */
  @Nullable GatewayTopology topology() {
    GatewayTopology own = proxy.topology();
    ProxyConfig defaults = mesh().defaultConfig();
    return own != null || defaults == null ? own : defaults.gatewayTopology();
  }

  /** Where applications find an HTTP proxy, or 0. */
  int httpProxyPort() {
    return proxy.httpProxyPort() > 0 ? proxy.httpProxyPort() : mesh().proxyHttpPort();
  }

  private SecurityFilters security() {
    var policies = context.authorization(proxy);
    return new SecurityFilters(
        AuthorizationTranslator.custom(policies),
        TokenTranslator.http(context.requestAuthentication(proxy)),
        AuthorizationTranslator.http(policies),
        AuthorizationTranslator.customNetwork(policies),
        AuthorizationTranslator.network(policies));
  }

  /** The plugins that this client can run; the others are reported. */
  List<io.weir.controlplane.push.TrafficPlugin> plugins() {
    return context.plugins(proxy).stream()
        .filter(
            plugin -> {
              boolean jar = plugin.code() instanceof io.weir.controlplane.push.TrafficPlugin.Jar;
              if (jar && !proxy.loadsJars()) {
                reports.warn(
                    plugin.key().toString(),
                    "left out: a plugin in a jar, and the client is "
                        + proxy.node().getUserAgentName(),
                    "only Weir's own proxy runs jars");
                return false;
              }
              return true;
            })
        .toList();
  }
}
