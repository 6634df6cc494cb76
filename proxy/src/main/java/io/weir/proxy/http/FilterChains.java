package io.weir.proxy.http;

import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.route.Route;
import io.weir.proxy.worker.Lease;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds the filter chain of a stream from its configured places. */
final class FilterChains {
  private FilterChains() {}

  /**
   * Which filters take part is decided once, with the route known now.
   *
   * @return false when a filter's configuration has not arrived; nothing was built then
   */
  static boolean build(
      FilterManager manager, List<HttpFilterSlot> slots, Worker worker, @Nullable Route route) {
    int count = 0;
    for (int i = 0; i < slots.size(); i++) {
      HttpFilterSlot slot = slots.get(i);
      if (enabled(slot, route)) {
        if (slot.get(worker) == null) {
          return false;
        }
        count++;
      }
    }
    var chain = new ActiveFilter[count];
    int index = 0;
    for (int i = 0; i < slots.size(); i++) {
      HttpFilterSlot slot = slots.get(i);
      Lease<HttpFilterWorker> lease = enabled(slot, route) ? slot.get(worker) : null;
      if (lease != null) {
        lease.acquire();
        chain[index] = new ActiveFilter(manager, slot.name(), index, count, lease);
        chain[index].authorizes = RouteGuard.authorizes(slot);
        index++;
      }
    }
    manager.start(chain);
    for (int i = 0; i < count; i++) {
      HttpFilter own = i == count - 1 ? manager.host().terminalFilter(chain[i]) : null;
      if (own == null) {
        chain[i].create();
      } else {
        chain[i].install(own);
      }
    }
    return true;
  }

  static boolean enabled(HttpFilterSlot slot, @Nullable Route route) {
    if (slot.terminal()) {
      return true;
    }
    Boolean disabled = route == null ? null : route.filterDisabled(slot.name());
    return disabled == null ? !slot.disabled() : !disabled;
  }
}
