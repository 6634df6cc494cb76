package io.weir.controlplane.generate;

import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.config.ProxyConfig.GatewayTopology;
import io.weir.controlplane.config.Sidecar;
import io.weir.controlplane.push.GatewayServer;
import io.weir.controlplane.push.PeerAuthenticationIndex.Modes;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.controlplane.push.ServedModule;
import io.weir.controlplane.push.TrafficPlugin;
import io.weir.controlplane.registry.ServiceRegistry.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything that the resources of a proxy depend on. Proxies of equal inputs have the same
 * resources, and a push that leaves the inputs as they were is none. Whatever a generator or
 * planner reads of a context or a proxy must be in here; a test compares both ways of generation.
 *
 * @param instances the services whose endpoint the proxy is, instead of its addresses
 * @param address the proxy's, where a Sidecar sends traffic to it; else empty
 * @param modules of its plugins
 */
record ProxyInputs(
    ScopeInputs scope,
    MeshConfig mesh,
    Traits traits,
    List<Instance> instances,
    String address,
    Modes mutualTls,
    List<ConfigInput> policies,
    List<TrafficPlugin> plugins,
    Map<String, ServedModule> modules,
    String moduleAddress,
    List<Server> servers,
    PatchInputs patches) {

  /** What a proxy says of itself. */
  private record Traits(
      Proxy.Type type,
      Proxy.Client client,
      boolean intercepts,
      String namespace,
      String dnsDomain,
      Map<String, String> labels,
      ProxyLocality locality,
      boolean transparent,
      int httpProxyPort,
      Optional<GatewayTopology> topology) {}

  /** A server of a Gateway with its rules. */
  private record Server(ConfigInput gateway, int index, List<ConfigInput> rules) {}

  static ProxyInputs of(ProxyView view, ScopeInputs scope, PatchInputs patches) {
    PushContext context = view.context();
    Proxy proxy = view.proxy();
    List<ConfigInput> policies = new ArrayList<>();
    policies.addAll(ConfigInput.of(context.authorization(proxy)));
    policies.addAll(ConfigInput.of(context.requestAuthentication(proxy)));
    policies.addAll(ConfigInput.of(context.telemetry(proxy)));
    List<TrafficPlugin> plugins = context.plugins(proxy);
    Map<String, ServedModule> modules = new TreeMap<>();
    for (TrafficPlugin plugin : plugins) {
      ServedModule module = context.modules().of(plugin.key());
      if (module != null) {
        modules.put(plugin.resourceName(), module);
      }
    }
    return new ProxyInputs(
        scope,
        view.mesh(),
        new Traits(
            proxy.type(),
            proxy.client(),
            proxy.intercepts(),
            proxy.namespace(),
            proxy.dnsDomain(),
            proxy.labels(),
            view.locality(),
            proxy.transparent(),
            view.httpProxyPort(),
            Optional.ofNullable(view.topology())),
        context.registry().instances(proxy.addresses()),
        address(view),
        context.mutualTls(proxy),
        policies,
        plugins,
        modules,
        modules.isEmpty() ? "" : context.modules().address() + ":" + context.modules().port(),
        servers(context, proxy),
        patches);
  }

  private static String address(ProxyView view) {
    var sidecar = view.scope().config();
    boolean wanted =
        sidecar != null
            && sidecar.spec().ingress().stream()
                .map(Sidecar.Ingress::defaultEndpoint)
                .anyMatch(e -> e.startsWith("0.0.0.0") || e.startsWith("[::]"));
    return wanted ? String.join(",", view.proxy().addresses()) : "";
  }

  private static List<Server> servers(PushContext context, Proxy proxy) {
    if (proxy.isSidecar()) {
      return List.of();
    }
    List<Server> servers = new ArrayList<>();
    for (GatewayServer server : context.servers(proxy)) {
      servers.add(
          new Server(
              new ConfigInput(
                  server.config().key(), server.config().revision(), server.config().spec()),
              server.index(),
              ConfigInput.of(context.virtualServices(server.gateway(), proxy))));
    }
    return servers;
  }
}
