package io.weir.proxy.upstream;

import io.weir.filter.Worker;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.PriorityHosts;
import io.weir.proxy.cluster.PriorityLoad;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of an aggregate on one worker: the priorities of its clusters one after the other. A
 * priority is chosen among all; the cluster it belongs to chooses the host.
 */
final class AggregateHosts {
  private final List<String> names;
  private final WorkerClusterTable table;
  private final double panicThreshold;
  private final Worker worker;
  // What the line was built from, to notice that it is out of date.
  private final List<ActiveCluster> clusters = new ArrayList<>();
  private final List<HostSets> sets = new ArrayList<>();
  private HostSets line = HostSets.EMPTY;
  private int[] first = {};

  AggregateHosts(
      List<String> names, WorkerClusterTable table, double panicThreshold, Worker worker) {
    this.names = List.copyOf(names);
    this.table = table;
    this.panicThreshold = panicThreshold;
    this.worker = worker;
  }

  /** A host of one of the clusters, or null. */
  @Nullable Host choose(LoadBalancerContext context) {
    refresh();
    if (clusters.isEmpty()) {
      return null;
    }
    PriorityLoad load = context.priorityLoad(line);
    int choice = load.choose(worker.random().nextLong());
    boolean degraded = choice < 0;
    int priority = degraded ? ~choice : choice;
    int index = clusters.size() - 1;
    while (first[index] > priority) {
      index--;
    }
    int count = sets.get(index).priorities().size();
    if (priority - first[index] >= count) {
      return null;
    }
    return clusters
        .get(index)
        .pick(new AggregateContext(context, priority - first[index], degraded));
  }

  /** The cluster that a host belongs to. */
  @Nullable ActiveCluster owner(Host host) {
    for (ActiveCluster cluster : clusters) {
      ActiveCluster owner = cluster.owner(host);
      if (owner != null) {
        return owner;
      }
    }
    return null;
  }

  private void refresh() {
    int index = 0;
    boolean same = true;
    for (String name : names) {
      ActiveCluster cluster = table.find(name);
      if (cluster == null) {
        continue;
      }
      same =
          same
              && index < clusters.size()
              && clusters.get(index) == cluster
              && sets.get(index) == cluster.hosts();
      index++;
    }
    if (!same || index != clusters.size()) {
      rebuild();
    }
  }

  private void rebuild() {
    clusters.clear();
    sets.clear();
    var priorities = new ArrayList<PriorityHosts>();
    var starts = new ArrayList<Integer>();
    for (String name : names) {
      ActiveCluster cluster = table.find(name);
      if (cluster != null) {
        clusters.add(cluster);
        sets.add(cluster.hosts());
        starts.add(priorities.size());
        priorities.addAll(cluster.hosts().priorities());
      }
    }
    line = new HostSets(priorities, panicThreshold);
    first = starts.stream().mapToInt(Integer::intValue).toArray();
  }
}
