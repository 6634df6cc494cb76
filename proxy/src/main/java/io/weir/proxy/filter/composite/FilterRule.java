package io.weir.proxy.filter.composite;

import io.weir.filter.Worker;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.matcher.tree.MatchTree;
import java.util.List;

/**
 * A matcher and the filters that it may lead to.
 *
 * @param onResponse whether it looks at the response, so that it is asked then
 */
record FilterRule(MatchTree<FilterAction> tree, boolean onResponse, List<HttpFilterSlot> slots)
    implements RouteConfig {

  @Override
  public void openWorker(Worker worker) {
    slots.forEach(slot -> slot.openWorker(worker));
  }

  void closeWorker(Worker worker) {
    slots.forEach(slot -> slot.closeWorker(worker));
  }
}
