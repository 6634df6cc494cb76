package io.weir.controlplane.patch;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;

/** Applies route patches to the route tables that stand in connection managers. */
final class InlineRoutePatcher {

  private final PatchSet set;
  private final RoutePatcher routes;
  private final boolean idle;

  InlineRoutePatcher(PatchSet set, PatchContext context) {
    this.set = set;
    this.routes = new RoutePatcher(set, context);
    this.idle =
        set.of(ApplyTo.ROUTE_CONFIGURATION).isEmpty()
            && set.of(ApplyTo.VIRTUAL_HOST).isEmpty()
            && set.of(ApplyTo.HTTP_ROUTE).isEmpty();
  }

  /** The same object when nothing was changed. */
  Listener listener(Listener listener) {
    if (idle) {
      return listener;
    }
    set.enter(ResourceType.LISTENER, listener.getName());
    Listener.Builder builder = listener.toBuilder();
    boolean changed = false;
    for (int i = 0; i < listener.getFilterChainsCount(); i++) {
      FilterChain chain = listener.getFilterChains(i);
      FilterChain patched = chain(chain);
      changed |= patched != chain;
      builder.setFilterChains(i, patched);
    }
    if (listener.hasDefaultFilterChain()) {
      FilterChain patched = chain(listener.getDefaultFilterChain());
      changed |= patched != listener.getDefaultFilterChain();
      builder.setDefaultFilterChain(patched);
    }
    return changed ? builder.build() : listener;
  }

  private FilterChain chain(FilterChain chain) {
    FilterChain.Builder builder = chain.toBuilder();
    boolean changed = false;
    for (int i = 0; i < chain.getFiltersCount(); i++) {
      Filter filter = chain.getFilters(i);
      Filter patched = HttpFilterPatcher.isConnectionManager(filter) ? filter(filter) : filter;
      changed |= patched != filter;
      builder.setFilters(i, patched);
    }
    return changed ? builder.build() : chain;
  }

  private Filter filter(Filter filter) {
    try {
      HttpConnectionManager manager =
          HttpConnectionManager.parseFrom(filter.getTypedConfig().getValue());
      if (!manager.hasRouteConfig()) {
        return filter;
      }
      RouteConfiguration patched = routes.inline(manager.getRouteConfig());
      if (patched == manager.getRouteConfig()) {
        return filter;
      }
      HttpConnectionManager changed = manager.toBuilder().setRouteConfig(patched).build();
      return filter.toBuilder()
          .setTypedConfig(
              filter.getTypedConfig().toBuilder().setValue(Resource.deterministicBytes(changed)))
          .build();
    } catch (InvalidProtocolBufferException e) {
      return filter; // told by whoever reads the listener
    }
  }
}
