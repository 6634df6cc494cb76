package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.original_src.v3.OriginalSrc;
import io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Listeners for the calls that a workload makes. */
final class OutboundListenerGenerator {

  static final String WILDCARD = "0.0.0.0";
  static final String LOOPBACK = "127.0.0.1";
  static final List<String> PLAIN_HTTP = List.of("http/1.1", "h2c");
  static final String RAW = "raw_buffer";
  static final String TLS = "tls";
  static final int OUTBOUND_PORT = 15001;

  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(15);

  /** By which the redirection knows connections that already went through the proxy. */
  private static final int TRANSPARENT_MARK = 1337;

  private static final int TLS_INSPECTOR_BYTES = 512;

  private OutboundListenerGenerator() {}

  static Listener build(OutboundListenerInput input) {
    Listener.Builder listener =
        Listener.newBuilder()
            .setName(input.bind() + "_" + input.port())
            .setAddress(Messages.address(input.bind(), input.port()))
            .setTrafficDirection(TrafficDirection.OUTBOUND)
            .setContinueOnListenerFiltersTimeout(true)
            .setListenerFiltersTimeout(Messages.ZERO);
    if (input.bound()) {
      listener.setMaxConnectionsToAcceptPerSocketEvent(Messages.uint(1));
    } else {
      listener.setBindToPort(Messages.bool(false));
    }
    boolean sniffs = !input.routeName().isEmpty() && (input.sniffed() || input.wildcard());
    List<FilterChain> chains = new ArrayList<>();
    FilterChain forAll = null;
    if (!input.routeName().isEmpty()) {
      FilterChain http = http(input, sniffs);
      if (sniffs) {
        chains.add(http);
      } else {
        forAll = http;
      }
    }
    boolean serverNames = false;
    for (OutboundListenerInput.TcpChain chain : input.tcp()) {
      serverNames |= !chain.serverNames().isEmpty();
      FilterChain tcp = tcp(input, chain);
      if (!tcp.hasFilterChainMatch() && forAll == null) {
        forAll = tcp;
      } else if (tcp.hasFilterChainMatch()) {
        chains.add(tcp);
      }
    }
    if (chains.isEmpty() && forAll != null) {
      listener.addFilterChains(forAll);
    } else {
      // A connection that begins to look like one chain's and then does not is not dropped.
      listener
          .addAllFilterChains(chains)
          .setDefaultFilterChain(forAll == null ? unknown(input.settings()) : forAll);
    }
    if (serverNames) {
      listener.addListenerFilters(tlsInspector().build());
    }
    if (sniffs) {
      listener.addListenerFilters(httpInspector().build());
    }
    return listener.build();
  }

  private static FilterChain http(OutboundListenerInput input, boolean sniffs) {
    ListenerSettings settings = input.settings();
    HttpManagerInput manager =
        new HttpManagerInput(
            HttpManagerInput.Side.OUTBOUND,
            "outbound_" + input.bind() + "_" + input.port() + ";",
            input.routeName(),
            null,
            settings.plugins(),
            input.port(),
            settings.normalization(),
            List.of(),
            List.of(),
            List.of(),
            settings.clientLogs(),
            input.grpcWeb(),
            null,
            input.dynamicHosts());
    FilterChain.Builder chain =
        FilterChain.newBuilder()
            .addAllFilters(PluginFilters.network(settings.plugins(), false, input.port()))
            .addFilters(HttpManagerGenerator.build(manager))
            .setTransportSocketConnectTimeout(Messages.duration(HANDSHAKE_TIMEOUT));
    if (sniffs) {
      chain.setFilterChainMatch(
          FilterChainMatch.newBuilder()
              .setTransportProtocol(RAW)
              .addAllApplicationProtocols(PLAIN_HTTP));
    }
    return chain.build();
  }

  private static FilterChain tcp(
      OutboundListenerInput input, OutboundListenerInput.TcpChain chain) {
    List<Filter> filters =
        new ArrayList<>(PluginFilters.network(input.settings().plugins(), false, input.port()));
    if (chain.target().names() != null) {
      filters.add(DynamicForward.networkFilter(chain.target().names()));
    }
    filters.addAll(TcpFilters.of(chain.target(), input.settings(), input.settings().clientLogs()));
    FilterChain.Builder built =
        FilterChain.newBuilder()
            .addAllFilters(filters)
            .setTransportSocketConnectTimeout(Messages.duration(HANDSHAKE_TIMEOUT));
    FilterChainMatch match = match(chain.serverNames(), chain.networks());
    if (!match.equals(FilterChainMatch.getDefaultInstance())) {
      built.setFilterChainMatch(match);
    }
    return built.build();
  }

  static FilterChainMatch match(List<String> serverNames, List<String> networks) {
    FilterChainMatch.Builder match = FilterChainMatch.newBuilder();
    if (!serverNames.contains("*")) {
      serverNames.stream().sorted().forEach(match::addServerNames);
    }
    networks.forEach(network -> match.addPrefixRanges(cidr(network)));
    return match.build();
  }

  static CidrRange cidr(String network) {
    int slash = network.indexOf('/');
    String address = slash < 0 ? network : network.substring(0, slash);
    int length =
        slash < 0
            ? (address.contains(":") ? 128 : 32)
            : Integer.parseInt(network.substring(slash + 1));
    return CidrRange.newBuilder()
        .setAddressPrefix(address)
        .setPrefixLen(Messages.uint(length))
        .build();
  }

  /** The chain for connections of which it is not known where they should go. */
  private static FilterChain unknown(ListenerSettings settings) {
    return FilterChain.newBuilder()
        .setName(
            settings.outboundCluster().equals(ClusterName.BLACK_HOLE)
                ? "BlackHoleFilterChain"
                : "PassthroughFilterChain")
        .setFilterChainMatch(FilterChainMatch.getDefaultInstance())
        .addFilters(
            TcpFilters.proxy(TcpTarget.to(settings.outboundCluster()), settings.clientLogs()))
        .build();
  }

  /** Takes redirected connections and hands them to the listener of their destination. */
  static Listener virtualOutbound(ListenerSettings settings) {
    Listener.Builder listener =
        Listener.newBuilder()
            .setName("virtualOutbound")
            .setAddress(Messages.address(WILDCARD, OUTBOUND_PORT))
            .setTrafficDirection(TrafficDirection.OUTBOUND)
            .setUseOriginalDst(Messages.bool(true))
            .setMaxConnectionsToAcceptPerSocketEvent(Messages.uint(1))
            .addFilterChains(
                FilterChain.newBuilder()
                    .setName("virtualOutbound-blackhole")
                    .setFilterChainMatch(
                        FilterChainMatch.newBuilder()
                            .setDestinationPort(Messages.uint(OUTBOUND_PORT)))
                    .addFilters(TcpFilters.proxy(TcpTarget.to(ClusterName.BLACK_HOLE), List.of())))
            .addFilterChains(
                FilterChain.newBuilder()
                    .setName("virtualOutbound-catchall-tcp")
                    .addFilters(
                        TcpFilters.proxy(
                            TcpTarget.to(settings.outboundCluster()), settings.clientLogs())));
    if (settings.transparent()) {
      listener.setTransparent(Messages.bool(true));
    }
    return listener.build();
  }

  static ListenerFilter.Builder tlsInspector() {
    return ListenerFilter.newBuilder()
        .setName("envoy.filters.listener.tls_inspector")
        .setTypedConfig(
            Messages.any(
                TlsInspector.newBuilder()
                    .setInitialReadBufferSize(Messages.uint(TLS_INSPECTOR_BYTES))
                    .build()));
  }

  static ListenerFilter.Builder httpInspector() {
    return ListenerFilter.newBuilder()
        .setName("envoy.filters.listener.http_inspector")
        .setTypedConfig(Messages.any(HttpInspector.getDefaultInstance()));
  }

  static ListenerFilter.Builder originalSource() {
    return ListenerFilter.newBuilder()
        .setName("envoy.filters.listener.original_src")
        .setTypedConfig(Messages.any(OriginalSrc.newBuilder().setMark(TRANSPARENT_MARK).build()));
  }

  static ListenerFilter.Builder proxyProtocol() {
    return ListenerFilter.newBuilder()
        .setName("envoy.filters.listener.proxy_protocol")
        .setTypedConfig(Messages.any(ProxyProtocol.getDefaultInstance()));
  }

  static ListenerFilter.Builder originalDestination() {
    return ListenerFilter.newBuilder()
        .setName("envoy.filters.listener.original_dst")
        .setTypedConfig(Messages.any(OriginalDst.getDefaultInstance()));
  }
}
