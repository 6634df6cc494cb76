package io.weir.proxy.filter.composite;

import io.weir.filter.Worker;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.matcher.tree.MatchTree;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A matcher and the filters that it may lead to. Shared by all workers; open on those of {@link
 * #openWorker} until {@link #closeWorker} or {@link #close}.
 */
final class FilterRule implements RouteConfig {
  private final MatchTree<FilterAction> tree;
  private final boolean onResponse;
  private final List<HttpFilterSlot> slots;
  private final Set<Worker> open = ConcurrentHashMap.newKeySet();

  /**
   * @param onResponse whether it looks at the response, so that it is asked then
   */
  FilterRule(MatchTree<FilterAction> tree, boolean onResponse, List<HttpFilterSlot> slots) {
    this.tree = tree;
    this.onResponse = onResponse;
    this.slots = List.copyOf(slots);
  }

  MatchTree<FilterAction> tree() {
    return tree;
  }

  boolean onResponse() {
    return onResponse;
  }

  @Override
  public void openWorker(Worker worker) {
    open.add(worker);
    slots.forEach(slot -> slot.openWorker(worker));
  }

  /** On the worker's thread; streams that run keep their filters. */
  void closeWorker(Worker worker) {
    if (open.remove(worker)) {
      slots.forEach(slot -> slot.closeWorker(worker));
    }
  }

  /** The rule of a route ends with its route table, on the control thread. */
  @Override
  public void close() {
    open.forEach(worker -> worker.execute(() -> closeWorker(worker)));
  }
}
