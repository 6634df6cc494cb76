package io.weir.controlplane.patch;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.VirtualHostOrBuilder;
import io.weir.controlplane.patch.ObjectMatch.OfRoute;
import io.weir.controlplane.patch.ObjectMatch.OfRoutes;
import io.weir.controlplane.patch.ObjectMatch.OfVirtualHost;
import io.weir.controlplane.patch.ObjectMatch.RouteActionKind;
import io.weir.controlplane.patch.Trace.Condition;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which route tables, virtual hosts and routes a patch is for. */
final class RouteMatching {

  /** What the name of a gateway's route table says. */
  private record GatewayTable(int port, String portName, String gateway) {}

  private final PatchContext context;
  private final Map<Integer, Set<Integer>> servicePorts;

  RouteMatching(PatchContext context, Map<Integer, Set<Integer>> servicePorts) {
    this.context = context;
    this.servicePorts = servicePorts;
  }

  boolean table(OrderedPatch ordered, String name) {
    if (!(ordered.patch().match() instanceof OfRoutes match)) {
      return true;
    }
    boolean fits =
        context == PatchContext.GATEWAY
            ? gatewayTable(ordered.trace(), match, name)
            : sidecarTable(ordered.trace(), match, name);
    if (fits && !match.name().isEmpty() && !match.name().equals(name)) {
      return ordered.trace().fails(Condition.ROUTES_NAME, match.name(), name);
    }
    return fits;
  }

  private static boolean sidecarTable(Trace trace, OfRoutes match, String name) {
    if (match.portNumber() == 0) {
      return true;
    }
    int port = name.startsWith("inbound") ? SubsetKey.parse(name).port() : SubsetKey.number(name);
    return match.portNumber() == port
        || trace.fails(
            Condition.ROUTES_PORT,
            Integer.toString(match.portNumber()),
            port == 0 ? "no port (" + name + ")" : Integer.toString(port));
  }

  private boolean gatewayTable(Trace trace, OfRoutes match, String name) {
    GatewayTable table = parse(name);
    Set<Integer> ports = servicePorts.getOrDefault(table.port(), Set.of(table.port()));
    if (match.portNumber() != 0 && !ports.contains(match.portNumber())) {
      return trace.fails(
          Condition.ROUTES_PORT,
          Integer.toString(match.portNumber()),
          ports.toString().replaceAll("[\\[\\]]", ""));
    }
    if (!match.portName().isEmpty() && !match.portName().equals(table.portName())) {
      return trace.fails(
          Condition.ROUTES_PORT_NAME, match.portName(), none(table.portName(), name));
    }
    if (!match.gateway().isEmpty() && !match.gateway().equals(table.gateway())) {
      return trace.fails(Condition.ROUTES_GATEWAY, match.gateway(), none(table.gateway(), name));
    }
    return true;
  }

  private static String none(String value, String table) {
    return value.isEmpty() ? "none (" + table + " is shared by all gateways of its port)" : value;
  }

  /** {@code http.80} or {@code https.443.portName.gatewayName.gatewayNamespace}. */
  private static GatewayTable parse(String name) {
    String[] parts = name.split("\\.", -1);
    if (name.startsWith("http.")) {
      return new GatewayTable(SubsetKey.number(parts[1]), "", "");
    }
    if (name.startsWith("https.") && parts.length >= 5) {
      return new GatewayTable(SubsetKey.number(parts[1]), parts[2], parts[4] + "/" + parts[3]);
    }
    return new GatewayTable(0, "", "");
  }

  boolean virtualHost(OrderedPatch ordered, VirtualHostOrBuilder host) {
    OfVirtualHost match = virtualHostMatch(ordered.patch());
    if (match == null) {
      return true;
    }
    if (!match.name().isEmpty() && !match.name().equals(host.getName())) {
      return ordered.trace().fails(Condition.VHOST_NAME, match.name(), host.getName());
    }
    if (!match.domainName().isEmpty() && !host.getDomainsList().contains(match.domainName())) {
      return ordered
          .trace()
          .fails(
              Condition.VHOST_DOMAIN, match.domainName(), String.join(", ", host.getDomainsList()));
    }
    return true;
  }

  boolean route(OrderedPatch ordered, Route route) {
    OfRoute match = routeMatch(ordered.patch());
    if (match == null) {
      return true;
    }
    if (!match.name().isEmpty() && !match.name().equals(route.getName())) {
      return ordered.trace().fails(Condition.ROUTE_NAME, match.name(), route.getName());
    }
    RouteActionKind action = actionOf(route);
    if (match.action() != RouteActionKind.ANY
        && action != RouteActionKind.ANY
        && match.action() != action) {
      return ordered.trace().fails(Condition.ROUTE_ACTION, match.action().name(), action.name());
    }
    return true;
  }

  /** ANY for actions that a match cannot name; Istio lets these through. */
  private static RouteActionKind actionOf(Route route) {
    return switch (route.getActionCase()) {
      case ROUTE -> RouteActionKind.ROUTE;
      case REDIRECT -> RouteActionKind.REDIRECT;
      case DIRECT_RESPONSE -> RouteActionKind.DIRECT_RESPONSE;
      default -> RouteActionKind.ANY;
    };
  }

  static @Nullable OfVirtualHost virtualHostMatch(Patch patch) {
    return patch.match() instanceof OfRoutes match ? match.vhost() : null;
  }

  static @Nullable OfRoute routeMatch(Patch patch) {
    OfVirtualHost host = virtualHostMatch(patch);
    return host == null ? null : host.route();
  }
}
