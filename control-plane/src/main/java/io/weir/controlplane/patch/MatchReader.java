package io.weir.controlplane.patch;

import io.weir.controlplane.migrate.ExtensionNames;
import io.weir.controlplane.migrate.ExtensionNames.Category;
import io.weir.controlplane.patch.ObjectMatch.FilterName;
import io.weir.controlplane.patch.ObjectMatch.RouteActionKind;
import org.jspecify.annotations.Nullable;

/** Reads the object that a patch matches, and checks that it fits what the patch is for. */
final class MatchReader {

  private static final String CONNECTION_MANAGER = "envoy.filters.network.http_connection_manager";
  private static final int MAX_PORT = 65535;

  private final boolean oldNames;

  /**
   * @param oldNames whether filters were named as in the old API: these are also found by type
   */
  MatchReader(boolean oldNames) {
    this.oldNames = oldNames;
  }

  ObjectMatch object(FieldReader match, @Nullable ApplyTo applyTo) {
    FieldReader listener = match.child("listener");
    FieldReader routes = match.child("routeConfiguration");
    FieldReader cluster = match.child("cluster");
    FieldReader waypoint = match.child("waypoint");
    int given = count(listener) + count(routes) + count(cluster) + count(waypoint);
    if (given > 1) {
      match.problem(
          "listener", "listener, routeConfiguration, cluster and waypoint exclude each other", "");
    }
    if (applyTo != null && given == 1) {
      checkFits(match, applyTo, listener, routes, cluster);
    }
    if (listener != null) {
      return listener(listener, applyTo);
    }
    if (routes != null) {
      return routes(routes);
    }
    return cluster == null ? new ObjectMatch.Anything() : cluster(cluster);
  }

  private static int count(@Nullable FieldReader reader) {
    return reader == null ? 0 : 1;
  }

  private static void checkFits(
      FieldReader match,
      ApplyTo applyTo,
      @Nullable FieldReader listener,
      @Nullable FieldReader routes,
      @Nullable FieldReader cluster) {
    String given =
        listener != null ? "listener" : routes != null ? "routeConfiguration" : "cluster";
    String wanted =
        switch (applyTo.target()) {
          case LISTENER -> "listener";
          case ROUTE -> "routeConfiguration";
          case CLUSTER -> "cluster";
          case NONE -> given;
        };
    boolean known = listener != null || routes != null || cluster != null;
    if (known && !given.equals(wanted)) {
      match.problem(given, "does not fit applyTo " + applyTo, "match by " + wanted);
    }
  }

  private ObjectMatch.OfListener listener(FieldReader fields, @Nullable ApplyTo applyTo) {
    String name = fields.text("name");
    int port = fields.integer("portNumber", 0, MAX_PORT);
    if (!fields.text("portName").isEmpty()) {
      fields.warning(
          PatchCodes.USELESS_MATCH,
          "portName",
          "is not looked at",
          "Istio never implemented it; use portNumber");
    }
    String listenerFilter = fields.text("listenerFilter");
    ObjectMatch.OfChain chain = chain(fields, applyTo);
    fields.finish();
    return new ObjectMatch.OfListener(name, port, listenerFilter, chain);
  }

  private ObjectMatch.@Nullable OfChain chain(FieldReader listener, @Nullable ApplyTo applyTo) {
    FieldReader fields = listener.child("filterChain");
    if (fields == null) {
      return null;
    }
    String name = fields.text("name");
    String sni = fields.text("sni");
    String transportProtocol = fields.text("transportProtocol");
    String applicationProtocols = fields.text("applicationProtocols");
    int destinationPort = fields.integer("destinationPort", 0, MAX_PORT);
    ObjectMatch.OfFilter filter = filter(fields, applyTo);
    fields.finish();
    return new ObjectMatch.OfChain(
        name, sni, transportProtocol, applicationProtocols, destinationPort, filter);
  }

  private ObjectMatch.@Nullable OfFilter filter(FieldReader chain, @Nullable ApplyTo applyTo) {
    FieldReader fields = chain.child("filter");
    if (fields == null) {
      return null;
    }
    if (applyTo == ApplyTo.LISTENER || applyTo == ApplyTo.FILTER_CHAIN) {
      chain.warning(
          PatchCodes.USELESS_MATCH, "filter", "is not looked at for " + applyTo, "remove it");
    }
    String name = fields.text("name");
    if (name.isEmpty()) {
      fields.problem("name", "must be set", "");
    }
    FilterName subFilter = FilterName.NONE;
    FieldReader sub = fields.child("subFilter");
    if (sub != null) {
      String subName = sub.text("name");
      sub.finish();
      checkSubFilter(fields, sub, applyTo, name, subName);
      subFilter = name(Category.HTTP, subName);
    }
    fields.finish();
    return new ObjectMatch.OfFilter(name(Category.NETWORK, name), subFilter);
  }

  private static void checkSubFilter(
      FieldReader filter, FieldReader sub, @Nullable ApplyTo applyTo, String name, String subName) {
    if (subName.isEmpty()) {
      sub.problem("name", "must be set", "");
    }
    if (applyTo != null && applyTo != ApplyTo.HTTP_FILTER) {
      filter.problem("subFilter", "can only be used with applyTo HTTP_FILTER", "");
    } else if (!name.isEmpty()
        && !name.equals(CONNECTION_MANAGER)
        && ExtensionNames.findOld(Category.NETWORK, name) == null) {
      filter.problem(
          "subFilter", "only " + CONNECTION_MANAGER + " has HTTP filters, not " + name, "");
    }
  }

  private FilterName name(Category category, String name) {
    ExtensionNames.Extension extension = oldNames ? ExtensionNames.find(category, name) : null;
    return new FilterName(name, extension == null ? "" : extension.typeUrl());
  }

  private static ObjectMatch.OfRoutes routes(FieldReader fields) {
    String name = fields.text("name");
    int port = fields.integer("portNumber", 0, MAX_PORT);
    String portName = fields.text("portName");
    String gateway = fields.text("gateway");
    ObjectMatch.OfVirtualHost vhost = null;
    FieldReader host = fields.child("vhost");
    if (host != null) {
      ObjectMatch.OfRoute route = null;
      FieldReader routeFields = host.child("route");
      if (routeFields != null) {
        RouteActionKind action = routeFields.constant("action", RouteActionKind.class);
        route =
            new ObjectMatch.OfRoute(
                routeFields.text("name"), action == null ? RouteActionKind.ANY : action);
        routeFields.finish();
      }
      vhost = new ObjectMatch.OfVirtualHost(host.text("name"), host.text("domainName"), route);
      host.finish();
    }
    fields.finish();
    return new ObjectMatch.OfRoutes(name, port, portName, gateway, vhost);
  }

  private static ObjectMatch.OfCluster cluster(FieldReader fields) {
    ObjectMatch.OfCluster match =
        new ObjectMatch.OfCluster(
            fields.text("name"),
            fields.text("service"),
            fields.text("subset"),
            fields.integer("portNumber", 0, MAX_PORT));
    fields.finish();
    return match;
  }
}
