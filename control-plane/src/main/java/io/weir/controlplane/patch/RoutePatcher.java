package io.weir.controlplane.patch;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.weir.xds.ResourceType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Applies the patches on one route table: ROUTE_CONFIGURATION merges, then per virtual host
 * removes, merges and replaces, per route removes and merges, then added routes, then added virtual
 * hosts.
 */
final class RoutePatcher {

  private final PatchSet set;
  private final PatchContext context;
  private final RouteMatching matching;

  RoutePatcher(PatchSet set, PatchContext context) {
    this.set = set;
    this.context = context;
    this.matching = new RouteMatching(context, set.servicePorts());
  }

  /** The same object when nothing was changed. */
  RouteConfiguration table(RouteConfiguration table) {
    set.enter(ResourceType.ROUTE, table.getName());
    return inline(table);
  }

  /** As {@link #table}, for one that is part of a listener. */
  RouteConfiguration inline(RouteConfiguration table) {
    RouteConfiguration current = table;
    String name = table.getName();
    for (OrderedPatch patch :
        tablePatches(ApplyTo.ROUTE_CONFIGURATION, name, ListenerPatcher.ALL)) {
      if (patch.operation().isMerge()) {
        current = ObjectMerge.plain(patch, current, "route table " + name);
      }
    }
    List<VirtualHost> hosts = new ArrayList<>();
    Set<String> removed = new HashSet<>();
    boolean changed = false;
    for (VirtualHost host : current.getVirtualHostsList()) {
      VirtualHost patched = host(name, host, ListenerPatcher.ALL);
      changed |= patched != host;
      if (patched == null) {
        removed.add(host.getName());
      } else {
        hosts.add(patched);
      }
    }
    changed |= added(name, hosts);
    if (set.asIstio() && !removed.isEmpty()) {
      hosts.removeIf(host -> removed.contains(host.getName()));
    }
    return changed
        ? current.toBuilder().clearVirtualHosts().addAllVirtualHosts(hosts).build()
        : current;
  }

  private boolean added(String table, List<VirtualHost> hosts) {
    boolean changed = false;
    for (OrderedPatch patch : tablePatches(ApplyTo.VIRTUAL_HOST, table, ListenerPatcher.ALL)) {
      if (patch.operation() != Operation.ADD) {
        continue;
      }
      VirtualHost host = (VirtualHost) patch.patch().message();
      patch.trace().applied("route table " + table + ": new virtual host " + host.getName());
      VirtualHost later = set.asIstio() ? host : host(table, host, patch.order());
      if (later != null) {
        hosts.add(later);
      }
      changed = true;
    }
    return changed;
  }

  private List<OrderedPatch> tablePatches(ApplyTo target, String table, int order) {
    return set.of(target, context, order).stream()
        .filter(patch -> matching.table(patch, table))
        .toList();
  }

  /** Null when the virtual host is removed. */
  private @Nullable VirtualHost host(String table, VirtualHost host, int order) {
    VirtualHost current = host;
    for (OrderedPatch patch : tablePatches(ApplyTo.VIRTUAL_HOST, table, order)) {
      if (patch.operation() == Operation.ADD || !matching.virtualHost(patch, current)) {
        continue;
      }
      String place = "route table " + table + ": virtual host " + current.getName();
      switch (patch.operation()) {
        case REMOVE -> {
          patch.trace().applied("removed from " + place);
          return null;
        }
        case REPLACE -> {
          current = (VirtualHost) patch.patch().message();
          patch.trace().applied("replaced in " + place);
        }
        case MERGE, MERGE_AND_REPLACE_LIST -> current = ObjectMerge.plain(patch, current, place);
        case ADD, INSERT_BEFORE, INSERT_AFTER, INSERT_FIRST -> {}
      }
    }
    return routes(table, current, order);
  }

  private VirtualHost routes(String table, VirtualHost host, int order) {
    List<OrderedPatch> patches = new ArrayList<>();
    for (OrderedPatch patch : tablePatches(ApplyTo.HTTP_ROUTE, table, order)) {
      if (matching.virtualHost(patch, host)) {
        patches.add(patch);
      }
    }
    if (patches.isEmpty()) {
      return host;
    }
    String place = "route table " + table + ", virtual host " + host.getName();
    List<Route> kept = new ArrayList<>();
    boolean changed = false;
    for (Route route : host.getRoutesList()) {
      Route patched = route(patches, route, place);
      changed |= patched != route;
      if (patched != null) {
        kept.add(patched);
      }
    }
    ListPatcher<Route> list = new ListPatcher<>(kept);
    for (OrderedPatch patch : patches) {
      changed |= insert(patch, list, place);
    }
    return changed ? host.toBuilder().clearRoutes().addAllRoutes(list.items()).build() : host;
  }

  private @Nullable Route route(List<OrderedPatch> patches, Route route, String place) {
    Route current = route;
    for (OrderedPatch patch : patches) {
      boolean changes = patch.operation() == Operation.REMOVE || patch.operation().isMerge();
      if (!changes || !matching.route(patch, current)) {
        continue;
      }
      if (patch.operation() == Operation.REMOVE) {
        patch.trace().applied(place + ": removed route " + current.getName());
        return null;
      }
      current = ObjectMerge.plain(patch, current, place + ": route " + current.getName());
    }
    return current;
  }

  private boolean insert(OrderedPatch patch, ListPatcher<Route> list, String place) {
    if (patch.operation() != Operation.ADD && !patch.operation().isInsert()) {
      return false;
    }
    Route route = (Route) patch.patch().message();
    boolean relative = RouteMatching.routeMatch(patch.patch()) != null;
    Predicate<Route> match = candidate -> matching.route(patch, candidate);
    boolean done =
        switch (patch.operation()) {
          case INSERT_AFTER -> relative ? list.insertAfter(match, route) : last(list, route);
          case INSERT_BEFORE -> relative ? list.insertBefore(match, route) : first(list, route);
          // With a route match it goes to the front, but only if there is such a route.
          case INSERT_FIRST -> (!relative || list.indexOf(match) >= 0) && first(list, route);
          default -> last(list, route);
        };
    if (done) {
      patch.trace().applied(place + ": put in route " + route.getName());
    }
    return done;
  }

  private static boolean first(ListPatcher<Route> list, Route route) {
    list.addFirst(route);
    return true;
  }

  private static boolean last(ListPatcher<Route> list, Route route) {
    list.addLast(route);
    return true;
  }
}
