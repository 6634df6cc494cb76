package io.weir.controlplane.patch;

import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.weir.xds.ResourceType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies the patches on listeners and on what is in them, in Istio's order: per listener LISTENER,
 * LISTENER_FILTER, then its chains, then added chains; after all listeners the added ones.
 */
final class ListenerPatcher {

  /** The order before all patches. */
  static final int ALL = -1;

  private final PatchSet set;
  private final PatchContext context;
  private final ChainPatcher chains;

  ListenerPatcher(PatchSet set, PatchContext context) {
    this.set = set;
    this.context = context;
    this.chains = new ChainPatcher(set, context);
  }

  List<Listener> listeners(List<Listener> listeners) {
    List<Listener> out = new ArrayList<>(listeners.size());
    for (Listener listener : listeners) {
      Listener patched = listener(listener, ALL);
      if (patched != null) {
        out.add(patched);
      }
    }
    for (OrderedPatch patch : set.of(ApplyTo.LISTENER, context, ALL)) {
      if (patch.operation() == Operation.ADD && addsHere(patch)) {
        Listener added = (Listener) patch.patch().message();
        set.enter(ResourceType.LISTENER, added.getName());
        patch.trace().applied("new listener " + added.getName());
        Listener later = set.asIstio() ? added : listener(added, patch.order());
        if (later != null) {
          out.add(later);
        }
      }
    }
    return out;
  }

  /** An ADD for any context adds outbound and to gateways, not inbound. */
  private boolean addsHere(OrderedPatch patch) {
    boolean here =
        patch.patch().context() != PatchContext.ANY
            || context == PatchContext.SIDECAR_OUTBOUND
            || context == PatchContext.GATEWAY;
    return here
        || patch
            .trace()
            .failsBecause(
                Trace.Condition.CONTEXT, "without a context nothing is added to " + context);
  }

  /**
   * Patches one listener.
   *
   * @param order only patches after it
   * @return null when it is removed
   */
  @Nullable Listener listener(Listener listener, int order) {
    set.enter(ResourceType.LISTENER, listener.getName());
    Listener current = listener;
    for (OrderedPatch patch : set.of(ApplyTo.LISTENER, context, order)) {
      if (patch.operation() == Operation.ADD || !ListenerMatching.listener(patch, current)) {
        continue;
      }
      if (patch.operation() == Operation.REMOVE) {
        patch.trace().applied("removed listener " + current.getName());
        return null;
      }
      if (patch.operation().isMerge()) {
        current = ObjectMerge.plain(patch, current, "listener " + current.getName());
      }
    }
    Listener.Builder builder = current.toBuilder();
    boolean changed = listenerFilters(builder, order);
    changed |= poisoned(() -> chains(builder, order));
    return changed ? builder.build() : current;
  }

  /** Under Istio's profile a merge of wrong type ends all patches of the listener. */
  private static boolean poisoned(java.util.function.BooleanSupplier work) {
    try {
      return work.getAsBoolean();
    } catch (Poisoned e) {
      return true;
    }
  }

  private boolean listenerFilters(Listener.Builder listener, int order) {
    List<OrderedPatch> patches = set.of(ApplyTo.LISTENER_FILTER, context, order);
    if (patches.isEmpty()) {
      return false;
    }
    FilterListPatcher<ListenerFilter> list =
        new FilterListPatcher<>(
            FilterKind.LISTENER_FILTERS, listener.getListenerFiltersList(), set);
    String place = "listener " + listener.getName();
    for (OrderedPatch patch : patches) {
      if (ListenerMatching.listener(patch, listener)) {
        if (patch.operation().isMerge()) {
          list.mergeListenerFilter(patch, place);
        } else {
          list.apply(patch, place);
        }
      }
    }
    if (list.changed()) {
      listener.clearListenerFilters().addAllListenerFilters(list.items());
    }
    return list.changed();
  }

  private boolean chains(Listener.Builder listener, int order) {
    boolean changed = false;
    List<FilterChain> kept = new ArrayList<>();
    for (FilterChain chain : List.copyOf(listener.getFilterChainsList())) {
      FilterChain patched =
          chain.getFiltersCount() == 0 ? chain : chains.chain(listener, chain, order);
      changed |= patched != chain;
      if (patched != null) {
        kept.add(patched);
      }
    }
    if (listener.hasDefaultFilterChain()
        && listener.getDefaultFilterChain().getFiltersCount() > 0) {
      FilterChain chain = listener.getDefaultFilterChain();
      FilterChain patched = chains.chain(listener, chain, order);
      changed |= patched != chain;
      if (patched == null) {
        listener.clearDefaultFilterChain();
      } else {
        listener.setDefaultFilterChain(patched);
      }
    }
    changed |= addedChains(listener, kept, order);
    if (changed) {
      listener.clearFilterChains().addAllFilterChains(kept);
    }
    return changed;
  }

  private boolean addedChains(Listener.Builder listener, List<FilterChain> chains, int order) {
    boolean changed = false;
    for (OrderedPatch patch : set.of(ApplyTo.FILTER_CHAIN, context, order)) {
      if (patch.operation() == Operation.ADD && ListenerMatching.listener(patch, listener)) {
        FilterChain added = (FilterChain) patch.patch().message();
        patch
            .trace()
            .applied("new filter chain " + added.getName() + " in listener " + listener.getName());
        FilterChain later =
            set.asIstio() ? added : this.chains.chain(listener, added, patch.order());
        if (later != null) {
          chains.add(later);
        }
        changed = true;
      }
    }
    return changed;
  }
}
