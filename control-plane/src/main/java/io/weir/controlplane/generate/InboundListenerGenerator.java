package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.type.v3.Int32Range;
import io.weir.controlplane.generate.InboundListenerInput.PortChain;
import io.weir.controlplane.push.MutualTlsMode;
import io.weir.controlplane.registry.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Listeners for the calls that a workload receives. */
final class InboundListenerGenerator {

  static final int INBOUND_PORT = 15006;

  private static final int RETRIES = 2;

  /** ALPN values by which proxies of the mesh mark their own TLS. */
  static final List<String> MESH_ANY =
      List.of("istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2");

  private static final List<String> MESH_HTTP =
      List.of("istio-http/1.0", "istio-http/1.1", "istio-h2");
  private static final List<String> MESH_TCP = List.of("istio-peer-exchange", "istio");

  private InboundListenerGenerator() {}

  /** A listener with a port of its own. */
  static Listener bound(PortChain port, InboundListenerInput input) {
    Listener.Builder listener =
        Listener.newBuilder()
            .setName(port.bind() + "_" + port.port())
            .setAddress(Messages.address(port.bind(), port.port()))
            .setTrafficDirection(TrafficDirection.INBOUND)
            .setContinueOnListenerFiltersTimeout(true)
            .setListenerFiltersTimeout(Messages.ZERO)
            .setMaxConnectionsToAcceptPerSocketEvent(Messages.uint(1))
            .addAllFilterChains(chains(port, input));
    List<Match> matches = matches(port);
    if (matches.stream().anyMatch(Match::needsTlsInspector)) {
      listener.addListenerFilters(OutboundListenerGenerator.tlsInspector());
    }
    if (matches.stream().anyMatch(Match::needsHttpInspector)) {
      listener.addListenerFilters(OutboundListenerGenerator.httpInspector());
    }
    return listener.build();
  }

  /** The listener of redirected connections, for all ports. */
  static Listener virtualInbound(InboundListenerInput input) {
    Listener.Builder listener =
        Listener.newBuilder()
            .setName("virtualInbound")
            .setAddress(Messages.address(OutboundListenerGenerator.WILDCARD, INBOUND_PORT))
            .setTrafficDirection(TrafficDirection.INBOUND)
            .setContinueOnListenerFiltersTimeout(true)
            .setListenerFiltersTimeout(Messages.ZERO)
            .setMaxConnectionsToAcceptPerSocketEvent(Messages.uint(1))
            .addFilterChains(
                FilterChain.newBuilder()
                    .setName("virtualInbound-blackhole")
                    .setFilterChainMatch(
                        FilterChainMatch.newBuilder()
                            .setDestinationPort(Messages.uint(INBOUND_PORT)))
                    .addFilters(
                        // Nothing passes here that a log should tell.
                        TcpFilters.proxy(TcpTarget.to(ClusterName.BLACK_HOLE), List.of())))
            .addAllFilterChains(passthrough(input));
    for (PortChain port : input.ports()) {
      listener.addAllFilterChains(chains(port, input));
    }
    listener.addListenerFilters(OutboundListenerGenerator.originalDestination());
    if (input.settings().transparent()) {
      listener
          .setTransparent(Messages.bool(true))
          .addListenerFilters(OutboundListenerGenerator.originalSource());
    }
    inspector(
        listener, OutboundListenerGenerator.tlsInspector(), ports(input, Match::needsTlsInspector));
    inspector(
        listener,
        OutboundListenerGenerator.httpInspector(),
        ports(input, Match::needsHttpInspector));
    return listener.build();
  }

  /** Which ports need an inspector; port 0 stands for all that are not declared. */
  private static Map<Integer, Boolean> ports(InboundListenerInput input, Predicate<Match> needed) {
    Map<Integer, Boolean> ports = new TreeMap<>();
    ports.put(0, matches(Protocol.UNKNOWN, input.passthroughMode()).stream().anyMatch(needed));
    ports.put(INBOUND_PORT, false);
    for (PortChain port : input.ports()) {
      ports.put(port.port(), matches(port).stream().anyMatch(needed));
    }
    return ports;
  }

  /** Puts an inspector in, with the ports at which it would only delay connections. */
  private static void inspector(
      Listener.Builder listener, ListenerFilter.Builder inspector, Map<Integer, Boolean> ports) {
    boolean everywhere = Boolean.TRUE.equals(ports.get(0));
    List<Integer> exceptions = new ArrayList<>();
    ports.forEach(
        (port, needed) -> {
          if (port != 0 && needed != everywhere) {
            exceptions.add(port);
          }
        });
    if (everywhere) {
      inspector.setFilterDisabled(anyOf(exceptions));
    } else if (!exceptions.isEmpty()) {
      inspector.setFilterDisabled(
          ListenerFilterChainMatchPredicate.newBuilder().setNotMatch(anyOf(exceptions)));
    } else {
      return;
    }
    listener.addListenerFilters(inspector);
  }

  private static ListenerFilterChainMatchPredicate anyOf(List<Integer> ports) {
    if (ports.size() == 1) {
      return range(ports.getFirst());
    }
    ListenerFilterChainMatchPredicate.MatchSet.Builder any =
        ListenerFilterChainMatchPredicate.MatchSet.newBuilder();
    ports.forEach(port -> any.addRules(range(port)));
    return ListenerFilterChainMatchPredicate.newBuilder().setOrMatch(any).build();
  }

  private static ListenerFilterChainMatchPredicate range(int port) {
    return ListenerFilterChainMatchPredicate.newBuilder()
        .setDestinationPortRange(Int32Range.newBuilder().setStart(port).setEnd(port + 1))
        .build();
  }

  private static List<FilterChain> chains(PortChain port, InboundListenerInput input) {
    String cluster = ClusterName.inbound(port.port());
    String name =
        (port.bind().isEmpty() ? OutboundListenerGenerator.WILDCARD : port.bind())
            + "_"
            + port.port();
    List<FilterChain> chains = new ArrayList<>();
    for (Match match : matches(port)) {
      FilterChainMatch.Builder chainMatch =
          match.build().setDestinationPort(Messages.uint(port.port()));
      FilterChain.Builder chain =
          FilterChain.newBuilder().setName(name).setFilterChainMatch(chainMatch);
      if (!port.configPath().isEmpty()) {
        chain.setMetadata(Messages.from(port.configPath()));
      }
      if (port.tls() != null) {
        chain.setTransportSocket(DownstreamTls.gateway(port.tls(), false));
      }
      fill(
          chain,
          match,
          routes(cluster, port.servicePort(), port.protocol()),
          "inbound_" + name + ";",
          port.port(),
          port.protocol(),
          port.grpcWeb(),
          input);
      chains.add(chain.build());
    }
    return chains;
  }

  /** Chains for ports that nobody declared. */
  private static List<FilterChain> passthrough(InboundListenerInput input) {
    List<FilterChain> chains = new ArrayList<>();
    for (Match match : matches(Protocol.UNKNOWN, input.passthroughMode())) {
      FilterChain.Builder chain =
          FilterChain.newBuilder()
              .setName(match.http() ? "virtualInbound-catchall-http" : "virtualInbound")
              .setFilterChainMatch(match.build());
      fill(
          chain,
          match,
          routes(ClusterName.INBOUND_PASSTHROUGH, 0, Protocol.UNKNOWN),
          ClusterName.INBOUND_PASSTHROUGH + ";",
          0,
          Protocol.UNKNOWN,
          false,
          input);
      chains.add(chain.build());
    }
    return chains;
  }

  private static void fill(
      FilterChain.Builder chain,
      Match match,
      RouteConfiguration routes,
      String statPrefix,
      int port,
      Protocol protocol,
      boolean grpcWeb,
      InboundListenerInput input) {
    ListenerSettings settings = input.settings();
    if (match.mutualTls()) {
      chain.setTransportSocket(DownstreamTls.mesh(!match.http(), input.trustDomains()));
    }
    if (match.http()) {
      HttpManagerInput manager =
          new HttpManagerInput(
              HttpManagerInput.Side.INBOUND,
              statPrefix,
              "",
              routes,
              settings.plugins(),
              port,
              settings.normalization(),
              settings.security().customHttp(),
              settings.security().jwt(),
              settings.security().rbacHttp(),
              settings.serverLogs(),
              grpcWeb,
              null,
              List.of());
      chain
          .addAllFilters(PluginFilters.network(settings.plugins(), true, port))
          .addFilters(HttpManagerGenerator.build(manager));
    } else {
      chain
          .addAllFilters(InboundTcpOrder.filters(settings, port))
          .addAllFilters(
              TcpFilters.of(
                  TcpTarget.to(routes.getName()).with(protocol), settings, settings.serverLogs()));
    }
  }

  private static RouteConfiguration routes(String cluster, int servicePort, Protocol protocol) {
    RouteAction.Builder action =
        RouteAction.newBuilder()
            .setCluster(cluster)
            .setTimeout(Messages.ZERO)
            .setMaxStreamDuration(
                RouteAction.MaxStreamDuration.newBuilder()
                    .setMaxStreamDuration(Messages.ZERO)
                    .setGrpcTimeoutHeaderMax(Messages.ZERO));
    // A stream of messages cannot be sent again, even when its head was not read.
    if (protocol != Protocol.GRPC && protocol != Protocol.GRPC_WEB) {
      action.setRetryPolicy(
          RetryPolicy.newBuilder()
              .setRetryOn("reset-before-request")
              .setNumRetries(Messages.uint(RETRIES)));
    }
    return RouteConfiguration.newBuilder()
        .setName(cluster)
        .setValidateClusters(Messages.bool(false))
        .addVirtualHosts(
            VirtualHost.newBuilder()
                .setName("inbound|http|" + servicePort)
                .addDomains("*")
                .addRoutes(
                    Route.newBuilder()
                        .setName("default")
                        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                        .setRoute(action)))
        .build();
  }

  /** What a chain takes. */
  private record Match(
      boolean http, boolean mutualTls, String transport, List<String> applicationProtocols) {

    boolean needsTlsInspector() {
      return transport.equals(OutboundListenerGenerator.TLS);
    }

    boolean needsHttpInspector() {
      return applicationProtocols.equals(OutboundListenerGenerator.PLAIN_HTTP);
    }

    FilterChainMatch.Builder build() {
      return FilterChainMatch.newBuilder()
          .setTransportProtocol(transport)
          .addAllApplicationProtocols(applicationProtocols);
    }
  }

  private static List<Match> matches(PortChain port) {
    if (port.tls() == null) {
      return matches(port.protocol(), port.mode());
    }
    // What is inside of the TLS that ends here: HTTPS is HTTP then.
    boolean http = port.protocol().isHttp() || port.protocol() == Protocol.HTTPS;
    return List.of(new Match(http, false, OutboundListenerGenerator.TLS, List.of()));
  }

  private static List<Match> matches(Protocol protocol, MutualTlsMode mode) {
    String raw = OutboundListenerGenerator.RAW;
    String tls = OutboundListenerGenerator.TLS;
    boolean http = protocol.isHttp();
    if (protocol == Protocol.UNKNOWN) {
      List<String> plain = OutboundListenerGenerator.PLAIN_HTTP;
      return switch (mode) {
        case DISABLE ->
            List.of(new Match(true, false, raw, plain), new Match(false, false, raw, List.of()));
        case PERMISSIVE ->
            List.of(
                new Match(true, true, tls, MESH_HTTP),
                new Match(true, false, raw, plain),
                new Match(false, true, tls, MESH_TCP),
                new Match(false, false, raw, List.of()),
                new Match(false, false, tls, List.of()));
        case STRICT ->
            List.of(new Match(true, true, tls, MESH_HTTP), new Match(false, true, tls, List.of()));
      };
    }
    return switch (mode) {
      case DISABLE -> List.of(new Match(http, false, raw, List.of()));
      case PERMISSIVE ->
          http
              ? List.of(
                  new Match(true, true, tls, MESH_ANY), new Match(true, false, raw, List.of()))
              : List.of(
                  new Match(false, true, tls, MESH_ANY),
                  new Match(false, false, tls, List.of()),
                  new Match(false, false, raw, List.of()));
      case STRICT -> List.of(new Match(http, true, tls, List.of()));
    };
  }
}
