package io.weir.proxy.loadbalancer;

import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.LocalityHosts;
import io.weir.proxy.cluster.PriorityHosts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses a locality by weight, then a host in it. Belongs to one worker. */
final class LocalityPicker {
  private final EdfSchedule schedule;
  private final List<HostPicker> pickers;

  private LocalityPicker(EdfSchedule schedule, List<HostPicker> pickers) {
    this.schedule = schedule;
    this.pickers = pickers;
  }

  /** Null when no locality has a weight, or a host that could be chosen. */
  static @Nullable LocalityPicker of(
      PriorityHosts priority,
      boolean degraded,
      HostPicker.Factory factory,
      @Nullable LocalityPicker previous) {
    var pickers = new ArrayList<HostPicker>();
    var weights = new ArrayList<Double>();
    for (LocalityHosts locality : priority.localities()) {
      Host[] hosts = degraded ? locality.degraded() : locality.healthy();
      double weight = Weights.effective(locality, hosts, priority.overprovisioning());
      if (weight > 0) {
        int index = pickers.size();
        HostPicker old =
            previous == null || index >= previous.pickers.size()
                ? null
                : previous.pickers.get(index);
        pickers.add(factory.make(hosts, old));
        weights.add(weight);
      }
    }
    return pickers.isEmpty()
        ? null
        : new LocalityPicker(new EdfSchedule(pickers.size(), weights::get), pickers);
  }

  @Nullable Host pick() {
    return pickers.get(schedule.pick()).pick();
  }
}
