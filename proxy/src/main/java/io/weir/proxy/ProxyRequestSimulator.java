package io.weir.proxy;

import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.weir.filter.Metadata;
import io.weir.filter.Protocol;
import io.weir.filter.TrafficDirection;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.config.ResourceCheck;
import io.weir.proxy.listener.ChainSelection;
import io.weir.proxy.network.ConnectionStreamInfo;
import io.weir.proxy.network.DownstreamConnectionInfo;
import io.weir.proxy.route.Route;
import io.weir.proxy.route.RouteTable;
import io.weir.proxy.router.RouteTableLoader;
import io.weir.xds.Problem;
import io.weir.xds.validate.RequestSimulator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Answers with the matchers and route tables that real traffic meets. */
public final class ProxyRequestSimulator implements RequestSimulator {
  private final ResourceCheck check =
      new ResourceCheck(ProxyRequestSimulator.class.getClassLoader(), RouteTableLoader::load);

  @Override
  public int filterChain(Listener listener, Connection connection) {
    // Only the matches: what else is in a foreign proxy's chains does not matter here.
    Listener.Builder matches = Listener.newBuilder().setName(listener.getName());
    for (FilterChain chain : listener.getFilterChainsList()) {
      FilterChain.Builder match = matches.addFilterChainsBuilder();
      if (chain.hasFilterChainMatch()) {
        match.setFilterChainMatch(chain.getFilterChainMatch());
      }
    }
    var found = new AtomicInteger(DEFAULT_CHAIN);
    check.check(
        listener.getName(),
        matches.build(),
        context ->
            found.set(ChainSelection.find(matches.build(), info(connection), context.problems())));
    int chain = found.get();
    return chain >= 0 || listener.hasDefaultFilterChain() ? chain : NO_CHAIN;
  }

  @Override
  public @Nullable RouteHit route(
      RouteConfiguration table,
      Connection connection,
      Call call,
      long random,
      List<Problem> problems) {
    RouteConfiguration routes = withoutFilters(table);
    var loaded = new AtomicReference<@Nullable RouteTable>();
    problems.addAll(
        check.check(
            table.getName(),
            routes,
            context -> loaded.set(RouteTableLoader.load(routes, context, false))));
    RouteTable compiled = loaded.get();
    if (compiled == null) {
      return null;
    }
    var stream = new ConnectionStreamInfo(info(connection), 0, 0);
    stream.setProtocol(Protocol.HTTP_11);
    Route route = compiled.route(headers(call), stream, random);
    return route == null
        ? null
        : new RouteHit(route.virtualHostName(), route.name(), route.clusterName());
  }

  /** What filters do on a route does not decide which it is, and may be unknown here. */
  private static RouteConfiguration withoutFilters(RouteConfiguration table) {
    RouteConfiguration.Builder plain = table.toBuilder().clearTypedPerFilterConfig();
    for (VirtualHost.Builder host : plain.getVirtualHostsBuilderList()) {
      host.clearTypedPerFilterConfig();
      host.getRoutesBuilderList()
          .forEach(io.envoyproxy.envoy.config.route.v3.Route.Builder::clearTypedPerFilterConfig);
    }
    return plain.build();
  }

  private static DownstreamConnectionInfo info(Connection connection) {
    var info =
        new DownstreamConnectionInfo(
            0,
            connection.source(),
            connection.destination(),
            TrafficDirection.UNSPECIFIED,
            Metadata.EMPTY);
    info.setDetectedTransport(connection.transport());
    info.setApplicationProtocols(connection.applicationProtocols());
    if (!connection.serverName().isEmpty()) {
      info.setRequestedServerName(connection.serverName());
    }
    return info;
  }

  private static HeaderMap headers(Call call) {
    var headers = new HeaderMap();
    headers.add(HeaderName.METHOD, call.method());
    headers.add(HeaderName.SCHEME, call.scheme());
    headers.add(HeaderName.AUTHORITY, call.authority());
    headers.add(HeaderName.PATH, call.path());
    // As the connection manager leaves it on a request; without it nothing matches.
    headers.add(HeaderName.X_FORWARDED_PROTO, call.scheme());
    call.headers().forEach(header -> headers.add(header.getKey(), header.getValue()));
    return headers;
  }
}
