package io.weir.controlplane.patch;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.ListenerOrBuilder;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.weir.controlplane.patch.ObjectMatch.FilterName;
import io.weir.xds.Resource;
import java.util.List;

/**
 * Applies the patches on the HTTP filters of one connection manager: operations in order, then
 * merges filter by filter.
 */
final class HttpFilterPatcher {

  private final PatchSet set;
  private final PatchContext context;

  HttpFilterPatcher(PatchSet set, PatchContext context) {
    this.set = set;
    this.context = context;
  }

  /** The same object when nothing was changed. */
  Filter filter(
      ListenerOrBuilder listener, FilterChain chain, Filter filter, String place, int order) {
    if (!isConnectionManager(filter)) {
      return filter;
    }
    List<OrderedPatch> patches =
        set.of(ApplyTo.HTTP_FILTER, context, order).stream()
            .filter(patch -> ListenerMatching.listener(patch, listener))
            .filter(patch -> ListenerMatching.chain(patch, listener, chain))
            .filter(patch -> ChainPatcher.isNamed(patch, filter))
            .toList();
    if (patches.isEmpty()) {
      return filter;
    }
    try {
      HttpConnectionManager manager =
          HttpConnectionManager.parseFrom(filter.getTypedConfig().getValue());
      FilterListPatcher<HttpFilter> filters =
          new FilterListPatcher<>(FilterKind.HTTP_FILTERS, manager.getHttpFiltersList(), set);
      patch(filters, patches, place);
      return filters.changed() ? with(filter, manager, filters.items()) : filter;
    } catch (InvalidProtocolBufferException e) {
      return filter; // told by whoever reads the listener
    }
  }

  /** Tells the patches that are for this chain that it has no HTTP filters. */
  void missing(ListenerOrBuilder listener, FilterChain chain, String place, int order) {
    for (OrderedPatch patch : set.of(ApplyTo.HTTP_FILTER, context, order)) {
      if (patch.trace().on()
          && ListenerMatching.listener(patch, listener)
          && ListenerMatching.chain(patch, listener, chain)) {
        patch
            .trace()
            .failsBecause(Trace.Condition.FILTER, place + " has no HTTP connection manager");
      }
    }
  }

  private static void patch(
      FilterListPatcher<HttpFilter> filters, List<OrderedPatch> patches, String place) {
    for (OrderedPatch patch : patches) {
      if (!patch.operation().isMerge()) {
        filters.apply(patch, place);
      }
    }
    for (int i = 0; i < filters.items().size(); i++) {
      for (OrderedPatch patch : patches) {
        if (patch.operation().isMerge() && isNamed(patch, filters.items().get(i))) {
          filters.merge(patch, i, place);
        }
      }
    }
  }

  private static boolean isNamed(OrderedPatch patch, HttpFilter filter) {
    FilterName wanted = ListenerMatching.httpFilter(patch.patch());
    return wanted == null
        || wanted.matches(filter.getName(), FilterKind.HTTP_FILTERS.typeUrl(filter))
        || patch.trace().fails(Trace.Condition.SUB_FILTER, wanted.text(), filter.getName());
  }

  private static Filter with(
      Filter filter, HttpConnectionManager manager, List<HttpFilter> filters) {
    HttpConnectionManager changed =
        manager.toBuilder().clearHttpFilters().addAllHttpFilters(filters).build();
    return filter.toBuilder()
        .setTypedConfig(
            filter.getTypedConfig().toBuilder().setValue(Resource.deterministicBytes(changed)))
        .build();
  }

  static boolean isConnectionManager(Filter filter) {
    return filter.getTypedConfig().getTypeUrl().equals(FilterTypes.CONNECTION_MANAGER);
  }
}
