package io.weir.controlplane.push;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.Destination;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.config.VirtualService.HttpDestination;
import io.weir.controlplane.config.VirtualService.HttpMatch;
import io.weir.controlplane.config.VirtualService.HttpRoute;
import io.weir.controlplane.config.VirtualService.L4Match;
import io.weir.controlplane.config.VirtualService.Mirror;
import io.weir.controlplane.config.VirtualService.RouteDestination;
import io.weir.controlplane.config.VirtualService.TcpRoute;
import io.weir.controlplane.config.VirtualService.TlsMatch;
import io.weir.controlplane.config.VirtualService.TlsRoute;
import io.weir.controlplane.registry.Hostname;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replaces short names in a VirtualService by what they mean in its namespace. */
final class VirtualServiceResolver {

  /** The gateway that stands for all sidecars. */
  static final String MESH = "mesh";

  private final String namespace;

  private VirtualServiceResolver(String namespace) {
    this.namespace = namespace;
  }

  static Config<VirtualService> resolve(Config<VirtualService> config) {
    VirtualService spec = new VirtualServiceResolver(config.namespace()).resolve(config.spec());
    return new Config<>(config.meta(), spec, config.origin(), config.revision());
  }

  private VirtualService resolve(VirtualService spec) {
    List<String> gateways = spec.gateways().isEmpty() ? List.of(MESH) : gateways(spec.gateways());
    return new VirtualService(
        spec.hosts().stream().map(host -> Hostname.resolve(host, namespace)).toList(),
        gateways,
        spec.http().stream().map(this::http).toList(),
        spec.tls().stream()
            .map(r -> new TlsRoute(r.match().stream().map(this::match).toList(), l4(r.route())))
            .toList(),
        spec.tcp().stream()
            .map(r -> new TcpRoute(r.match().stream().map(this::match).toList(), l4(r.route())))
            .toList(),
        spec.exportTo());
  }

  private List<String> gateways(List<String> written) {
    return written.stream()
        .map(
            name ->
                name.equals(MESH) || name.contains("/") ? name : namespace + "/" + gateway(name))
        .toList();
  }

  /** {@code name.namespace.svc.cluster.local} is an old spelling of {@code namespace/name}. */
  private static String gateway(String name) {
    return name;
  }

  private HttpRoute http(HttpRoute route) {
    return new HttpRoute(
        route.name(),
        route.match().stream().map(this::match).toList(),
        route.route().stream()
            .map(r -> new HttpDestination(resolve(r.destination()), r.weight(), r.headers()))
            .toList(),
        route.redirect(),
        route.directResponse(),
        route.delegate(),
        route.rewrite(),
        route.timeout(),
        route.retries(),
        route.fault(),
        mirror(route.mirror()),
        route.mirrors().stream()
            .map(m -> new Mirror(resolve(m.destination()), m.percentage()))
            .toList(),
        route.mirrorPercent(),
        route.mirrorPercentage(),
        route.corsPolicy(),
        route.headers());
  }

  private HttpMatch match(HttpMatch match) {
    return match.gateways().isEmpty()
        ? match
        : new HttpMatch(
            match.name(),
            match.uri(),
            match.scheme(),
            match.method(),
            match.authority(),
            match.headers(),
            match.port(),
            match.sourceLabels(),
            gateways(match.gateways()),
            match.queryParams(),
            match.ignoreUriCase(),
            match.withoutHeaders(),
            match.sourceNamespace(),
            match.statPrefix());
  }

  private TlsMatch match(TlsMatch match) {
    return new TlsMatch(
        match.sniHosts(),
        match.destinationSubnets(),
        match.port(),
        match.sourceLabels(),
        gateways(match.gateways()),
        match.sourceNamespace());
  }

  private L4Match match(L4Match match) {
    return new L4Match(
        match.destinationSubnets(),
        match.port(),
        match.sourceSubnet(),
        match.sourceLabels(),
        gateways(match.gateways()),
        match.sourceNamespace());
  }

  private List<RouteDestination> l4(List<RouteDestination> route) {
    return route.stream()
        .map(r -> new RouteDestination(resolve(r.destination()), r.weight()))
        .toList();
  }

  private @Nullable Destination mirror(@Nullable Destination destination) {
    return destination == null ? null : resolve(destination);
  }

  private Destination resolve(Destination destination) {
    return new Destination(
        Hostname.resolve(destination.host(), namespace), destination.subset(), destination.port());
  }
}
