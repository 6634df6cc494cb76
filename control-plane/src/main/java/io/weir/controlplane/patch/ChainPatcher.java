package io.weir.controlplane.patch;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.ListenerOrBuilder;
import io.weir.controlplane.patch.ObjectMatch.FilterName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies the patches on one filter chain and its filters: FILTER_CHAIN, then the operations on
 * NETWORK_FILTER in order, then merges filter by filter, each followed by the HTTP filters in it.
 */
final class ChainPatcher {

  private final PatchSet set;
  private final PatchContext context;
  private final HttpFilterPatcher httpFilters;

  ChainPatcher(PatchSet set, PatchContext context) {
    this.set = set;
    this.context = context;
    this.httpFilters = new HttpFilterPatcher(set, context);
  }

  /** Null when the chain is removed; the same object when nothing was changed. */
  @Nullable FilterChain chain(ListenerOrBuilder listener, FilterChain chain, int order) {
    FilterChain current = chain;
    String place = place(listener, chain);
    for (OrderedPatch patch : set.of(ApplyTo.FILTER_CHAIN, context, order)) {
      if (patch.operation() == Operation.ADD
          || !ListenerMatching.listener(patch, listener)
          || !ListenerMatching.chain(patch, listener, current)) {
        continue;
      }
      if (patch.operation() == Operation.REMOVE) {
        patch.trace().applied("removed " + place);
        return null;
      }
      if (patch.operation().isMerge()) {
        current = TransportSocketMerge.chain(patch, current, place, set.asIstio());
      }
    }
    return networkFilters(listener, current, place, order);
  }

  private FilterChain networkFilters(
      ListenerOrBuilder listener, FilterChain chain, String place, int order) {
    List<OrderedPatch> patches =
        set.of(ApplyTo.NETWORK_FILTER, context, order).stream()
            .filter(patch -> ListenerMatching.listener(patch, listener))
            .filter(patch -> ListenerMatching.chain(patch, listener, chain))
            .toList();
    FilterListPatcher<Filter> filters =
        new FilterListPatcher<>(FilterKind.NETWORK_FILTERS, chain.getFiltersList(), set);
    for (OrderedPatch patch : patches) {
      if (!patch.operation().isMerge()) {
        filters.apply(patch, place);
      }
    }
    boolean changed = false;
    for (int i = 0; i < filters.items().size(); i++) {
      merges(filters, i, patches, place);
      Filter filter = filters.items().get(i);
      Filter patched = httpFilters.filter(listener, chain, filter, place, order);
      if (patched != filter) {
        changed = true;
        filters.items().set(i, patched);
      }
    }
    if (filters.items().stream().noneMatch(HttpFilterPatcher::isConnectionManager)) {
      httpFilters.missing(listener, chain, place, order);
    }
    return changed || filters.changed()
        ? chain.toBuilder().clearFilters().addAllFilters(filters.items()).build()
        : chain;
  }

  private static void merges(
      FilterListPatcher<Filter> filters, int index, List<OrderedPatch> patches, String place) {
    for (OrderedPatch patch : patches) {
      if (!patch.operation().isMerge()) {
        continue;
      }
      Filter filter = filters.items().get(index);
      if (isNamed(patch, filter)) {
        filters.merge(patch, index, place);
      }
    }
  }

  /** Whether the patch names this network filter, or none. */
  static boolean isNamed(OrderedPatch patch, Filter filter) {
    FilterName wanted = ListenerMatching.networkFilter(patch.patch());
    return wanted == null
        || wanted.matches(filter.getName(), FilterKind.NETWORK_FILTERS.typeUrl(filter))
        || patch.trace().fails(Trace.Condition.FILTER, wanted.text(), filter.getName());
  }

  static String place(ListenerOrBuilder listener, FilterChain chain) {
    String name = chain.getName().isEmpty() ? "filter chain" : "chain " + chain.getName();
    int port = chain.getFilterChainMatch().getDestinationPort().getValue();
    String transport = chain.getFilterChainMatch().getTransportProtocol();
    String detail =
        (port == 0 ? "" : " port " + port) + (transport.isEmpty() ? "" : " " + transport);
    String names = String.join(",", chain.getFilterChainMatch().getServerNamesList());
    return "listener "
        + listener.getName()
        + ", "
        + name
        + (detail + (names.isEmpty() ? "" : " " + names)).replaceFirst("^ (.*)$", " ($1)");
  }
}
