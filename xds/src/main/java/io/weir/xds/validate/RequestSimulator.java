package io.weir.xds.validate;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.xds.Problem;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says which way a call takes through resources, without opening a socket. The proxy implements it
 * with the code that decides for real traffic; tools find it with {@link java.util.ServiceLoader}.
 */
public interface RequestSimulator {

  /** No filter chain takes the connection. */
  int NO_CHAIN = -2;

  /** The default filter chain takes it. */
  int DEFAULT_CHAIN = -1;

  /**
   * A connection as listener filters leave it.
   *
   * @param serverName of TLS, or empty
   * @param transport {@code raw_buffer} or {@code tls}
   * @param applicationProtocols that the peer offers, or that an inspector saw
   */
  record Connection(
      InetSocketAddress source,
      InetSocketAddress destination,
      String serverName,
      String transport,
      List<String> applicationProtocols) {}

  /** A request. */
  record Call(
      String method,
      String scheme,
      String authority,
      String path,
      List<Map.Entry<String, String>> headers) {}

  /**
   * Where a request goes.
   *
   * @param cluster null when the route answers itself
   */
  record RouteHit(String virtualHost, String routeName, @Nullable String cluster) {}

  /**
   * Which filter chain takes a connection.
   *
   * @return its index, {@link #DEFAULT_CHAIN} or {@link #NO_CHAIN}
   */
  int filterChain(Listener listener, Connection connection);

  /**
   * Where a request goes.
   *
   * @param random stands for the draw among weighted clusters
   * @param problems takes why the table cannot be used
   * @return null when no route matches
   */
  @Nullable RouteHit route(
      RouteConfiguration table,
      Connection connection,
      Call call,
      long random,
      List<Problem> problems);
}
