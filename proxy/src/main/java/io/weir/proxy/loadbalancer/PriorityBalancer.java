package io.weir.proxy.loadbalancer;

import io.weir.filter.Worker;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.LoadBalancer;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.PriorityHosts;
import io.weir.proxy.cluster.PriorityLoad;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a priority by its load, then a locality where localities have weights, then a host by a
 * {@link HostPicker}. Belongs to one worker.
 */
final class PriorityBalancer implements LoadBalancer {
  private final Worker worker;
  private final ClusterStats stats;
  private final HostPicker.Factory pickers;
  private final Settings settings;
  private HostSets hosts = HostSets.EMPTY;
  private List<Sources> sources = List.of();

  /**
   * @param localityWeighted whether localities' weights count
   * @param failOnPanic whether a priority in panic gives no host
   */
  record Settings(boolean localityWeighted, boolean failOnPanic) {
    static final Settings PLAIN = new Settings(false, false);
  }

  PriorityBalancer(
      Worker worker, ClusterStats stats, HostPicker.Factory pickers, Settings settings) {
    this.worker = worker;
    this.stats = stats;
    this.pickers = pickers;
    this.settings = settings;
  }

  /** The pickers of one priority. */
  private record Sources(
      HostPicker all,
      HostPicker healthy,
      HostPicker degraded,
      @Nullable LocalityPicker healthyLocalities,
      @Nullable LocalityPicker degradedLocalities) {}

  @Override
  public void update(HostSets changed, @Nullable Object prepared) {
    var rebuilt = new ArrayList<Sources>(changed.priorities().size());
    for (int i = 0; i < changed.priorities().size(); i++) {
      PriorityHosts priority = changed.priorities().get(i);
      Sources old = i < sources.size() ? sources.get(i) : null;
      rebuilt.add(
          new Sources(
              pickers.make(priority.hosts(), old == null ? null : old.all),
              pickers.make(priority.healthy(), old == null ? null : old.healthy),
              pickers.make(priority.degraded(), old == null ? null : old.degraded),
              settings.localityWeighted
                  ? LocalityPicker.of(
                      priority, false, pickers, old == null ? null : old.healthyLocalities)
                  : null,
              settings.localityWeighted
                  ? LocalityPicker.of(
                      priority, true, pickers, old == null ? null : old.degradedLocalities)
                  : null));
    }
    hosts = changed;
    sources = rebuilt;
  }

  @Override
  public @Nullable Host choose(LoadBalancerContext context) {
    int attempts = context.hostSelectionRetryCount() + 1;
    Host host = null;
    for (int i = 0; i < attempts; i++) {
      host = chooseOnce(context);
      if (host == null || !context.shouldSelectAnotherHost(host)) {
        return host;
      }
    }
    return host;
  }

  private @Nullable Host chooseOnce(LoadBalancerContext context) {
    PriorityLoad load = context.priorityLoad(hosts);
    int choice = load.choose(worker.random().nextLong());
    boolean degraded = choice < 0;
    int priority = degraded ? ~choice : choice;
    if (priority >= sources.size()) {
      return null;
    }
    Sources from = sources.get(priority);
    if (load.panic(priority)) {
      stats.lbHealthyPanic.inc();
      return settings.failOnPanic ? null : from.all.pick();
    }
    LocalityPicker localities = degraded ? from.degradedLocalities : from.healthyLocalities;
    if (localities != null) {
      return localities.pick();
    }
    return degraded ? from.degraded.pick() : from.healthy.pick();
  }
}
