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
  private @Nullable Zones zones;

  /**
   * @param localityWeighted whether localities' weights count
   * @param failOnPanic whether a priority in panic gives no host
   * @param zoneAware null where zones do not count
   */
  record Settings(boolean localityWeighted, boolean failOnPanic, @Nullable ZoneAware zoneAware) {
    static final Settings PLAIN = new Settings(false, false, null);
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

  /** The pickers of the highest priority's zones. */
  private record Zones(ZoneRouting routing, HostPicker[] healthy, HostPicker[] degraded) {}

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
    zones = settings.zoneAware == null ? null : zones(changed, settings.zoneAware);
  }

  private @Nullable Zones zones(HostSets changed, ZoneAware zoneAware) {
    if (changed.priorities().isEmpty()) {
      return null;
    }
    PriorityHosts priority = changed.priorities().getFirst();
    ZoneRouting routing = ZoneRouting.of(priority, zoneAware, stats);
    if (routing == null) {
      return null;
    }
    Zones old = zones;
    int count = priority.localities().size();
    var healthy = new HostPicker[count];
    var degraded = new HostPicker[count];
    for (int i = 0; i < count; i++) {
      Zones same = old != null && i < old.healthy.length ? old : null;
      healthy[i] =
          pickers.make(
              priority.localities().get(i).healthy(), same == null ? null : same.healthy[i]);
      degraded[i] =
          pickers.make(
              priority.localities().get(i).degraded(), same == null ? null : same.degraded[i]);
    }
    return new Zones(routing, healthy, degraded);
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
    Zones byZone = priority == 0 ? zones : null;
    ZoneAware zoneAware = settings.zoneAware;
    if (byZone != null && zoneAware != null && zoneAware.enabled(worker.random().nextLong())) {
      if (!hosts.inPanic(zoneAware.zone().hosts())) {
        int zone = byZone.routing.choose(worker.random(), stats);
        return (degraded ? byZone.degraded : byZone.healthy)[zone].pick();
      }
      stats.lbLocalNotOk.inc();
      if (settings.failOnPanic) {
        return null;
      }
    }
    return degraded ? from.degraded.pick() : from.healthy.pick();
  }
}
