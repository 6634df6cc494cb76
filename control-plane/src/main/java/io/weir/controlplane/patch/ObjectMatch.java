package io.weir.controlplane.patch;

import org.jspecify.annotations.Nullable;

/** Which object a patch is for. Empty strings and zero ports mean that anything matches. */
public sealed interface ObjectMatch {

  /** No condition on the object. */
  record Anything() implements ObjectMatch {}

  /** A listener and what is in it. */
  record OfListener(
      String name, int portNumber, String listenerFilter, @Nullable OfChain filterChain)
      implements ObjectMatch {}

  /** A filter chain of the listener. */
  record OfChain(
      String name,
      String sni,
      String transportProtocol,
      String applicationProtocols,
      int destinationPort,
      @Nullable OfFilter filter) {}

  /**
   * A network filter of the chain, and an HTTP filter in it.
   *
   * @param subFilter the HTTP filter's name; empty without such a condition
   */
  record OfFilter(FilterName name, FilterName subFilter) {}

  /**
   * The name of a filter to look for.
   *
   * @param typeUrl the filter's type when the patch was written with a name of the old API, which
   *     also finds filters by their type; otherwise empty
   */
  record FilterName(String text, String typeUrl) {

    static final FilterName NONE = new FilterName("", "");

    boolean isEmpty() {
      return text.isEmpty();
    }

    /** Istio compares names; only old names are also matched by type. */
    boolean matches(String name, String actualTypeUrl) {
      return text.equals(name) || (!typeUrl.isEmpty() && typeUrl.equals(actualTypeUrl));
    }
  }

  /** A route table and what is in it. */
  record OfRoutes(
      String name, int portNumber, String portName, String gateway, @Nullable OfVirtualHost vhost)
      implements ObjectMatch {}

  /** A virtual host of the table. */
  record OfVirtualHost(String name, String domainName, @Nullable OfRoute route) {}

  /** A route of the virtual host. */
  record OfRoute(String name, RouteActionKind action) {}

  /** What a route does. */
  enum RouteActionKind {
    ANY,
    ROUTE,
    REDIRECT,
    DIRECT_RESPONSE
  }

  /** A cluster; a name excludes the other conditions. */
  record OfCluster(String name, String service, String subset, int portNumber)
      implements ObjectMatch {}
}
