package io.weir.proxy.upstream;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;
import io.weir.filter.Worker;
import io.weir.filter.WorkerSet;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.LocalZone;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.stats.StatsStore;
import io.weir.proxy.worker.EventLoopWorker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The clusters of the process. Called on the control thread; every worker has a {@link
 * WorkerClusterTable} that gets changes as tasks.
 */
public final class ClusterManager implements AutoCloseable {
  private final WorkerSet workers;
  private final ClusterLoader loader;
  private final List<WorkerClusterTable> tables = new ArrayList<>();
  private final Map<String, Active> active = new LinkedHashMap<>();
  private final Gauge activeClusters;
  // Each thread has all clusters.
  private final List<Gauge> inflatedClusters = new ArrayList<>();
  private final io.weir.filter.Counter added;
  private final io.weir.filter.Counter modified;
  private final io.weir.filter.Counter removedCount;
  private final DnsResolver resolver;
  private final LocalZone zone = new LocalZone();
  private final StatsStore store;
  // How many versions of clusters write statistics below a prefix.
  private final Map<String, Integer> statPrefixes = new HashMap<>();

  /** A cluster in use, and the link to its hosts. */
  private record Active(
      UpstreamCluster cluster, UpstreamCluster.HostsListener link, Runnable retired) {}

  /**
   * @param store where the clusters' statistics are
   * @param localIp the machine's address that call-outs put into {@code x-forwarded-for}
   */
  public ClusterManager(WorkerSet workers, StatsStore store, DnsResolver resolver, String localIp) {
    Stats stats = store.control();
    this.store = store;
    this.workers = workers;
    this.resolver = resolver;
    this.loader = new ClusterLoader(workers, stats, resolver, zone);
    this.activeClusters = stats.gauge("cluster_manager.", "active_clusters");
    String inflated = "clusters_inflated";
    inflatedClusters.add(stats.gauge("thread_local_cluster_manager.main_thread.", inflated));
    for (Worker worker : workers.all()) {
      String thread = "thread_local_cluster_manager.worker_" + worker.index() + ".";
      inflatedClusters.add(stats.gauge(thread, inflated));
    }
    this.added = stats.counter("cluster_manager.", "cluster_added");
    this.modified = stats.counter("cluster_manager.", "cluster_modified");
    this.removedCount = stats.counter("cluster_manager.", "cluster_removed");
    stats.counter("cluster_manager.", "cluster_updated");
    stats.counter("cluster_manager.", "cluster_updated_via_merge");
    stats.counter("cluster_manager.", "update_merge_cancelled");
    stats.counter("cluster_manager.", "update_out_of_merge_window");
    stats.gauge("cluster_manager.", "warming_clusters").set(0);
    for (Worker worker : workers.all()) {
      var table = new WorkerClusterTable((EventLoopWorker) worker, localIp, zone);
      tables.add(table);
      worker.execute(() -> ((EventLoopWorker) worker).attach(table));
    }
  }

  /** The clusters as a worker sees them; to be used on that worker. */
  public WorkerClusterTable table(Worker worker) {
    return tables.get(worker.index());
  }

  private void countActive() {
    activeClusters.set(active.size());
    inflatedClusters.forEach(gauge -> gauge.set(active.size()));
  }

  /** Loads a cluster; null when problems were reported. It waits for its hosts in the context. */
  public @Nullable UpstreamCluster load(Cluster message, LoadContext context) {
    zone.configure(context.node().locality(), context.clusterManager().getLocalClusterName());
    UpstreamCluster loaded = loader.load(message, context);
    if (loaded != null) {
      String prefix = loaded.config().statPrefix();
      statPrefixes.merge(prefix, 1, Integer::sum);
      context.onClose(() -> forget(prefix));
    }
    return loaded;
  }

  /** Statistics end with the last version of their cluster. */
  private void forget(String prefix) {
    if (statPrefixes.merge(prefix, -1, Integer::sum) > 0) {
      return;
    }
    statPrefixes.remove(prefix);
    // A cluster's name may begin with another's and a dot.
    List<String> inside =
        statPrefixes.keySet().stream().filter(other -> other.startsWith(prefix)).toList();
    store.removeBelow(prefix, scope -> inside.stream().anyMatch(scope::startsWith));
  }

  /**
   * Puts a cluster into use, in place of the one that has its name.
   *
   * @param retired run when this version is out of use on every worker
   * @return completes when every worker uses it
   */
  public CompletionStage<Void> activate(UpstreamCluster cluster, Runnable retired) {
    Active old = active.get(cluster.name());
    UpstreamCluster.HostsListener link = new Link(cluster);
    active.put(cluster.name(), new Active(cluster, link, retired));
    (old == null ? added : modified).inc();
    countActive();
    HostSets sets = cluster.sets();
    Object prepared = cluster.prepared();
    double drop = cluster.dropPercent();
    cluster.addListener(link);
    if (zone.isLocal(cluster.name())) {
      onLocalHosts(sets);
    }
    return onEveryWorker(
            worker -> {
              WorkerClusterTable table = tables.get(worker.index());
              var made = new ActiveCluster(cluster, worker, tables.size(), table);
              made.onHosts(sets, prepared, drop, List.of());
              ActiveCluster replaced = table.put(made);
              if (replaced != null) {
                replaced.retire();
              }
            })
        .thenRun(() -> retire(old));
  }

  /** Passes what happens to a cluster's hosts on to the workers. */
  private final class Link implements UpstreamCluster.HostsListener {
    private final UpstreamCluster cluster;

    Link(UpstreamCluster cluster) {
      this.cluster = cluster;
    }

    @Override
    public void onHosts(
        HostSets hosts, @Nullable Object prepared, List<Host> removed, boolean members) {
      toWorkers(cluster, hosts, prepared, removed);
      if (members && cluster.config().drainOnHostSetChange()) {
        onWorkers(cluster, ActiveCluster::drainAll);
      }
      if (zone.isLocal(cluster.name())) {
        onLocalHosts(hosts);
      }
    }

    @Override
    public void onHostFailed(Host host) {
      onWorkers(cluster, target -> target.onHostFailed(host));
    }
  }

  /** The proxy's own cluster has changed: balancers compare zones anew. */
  private void onLocalHosts(HostSets sets) {
    zone.update(sets);
    for (Active each : active.values()) {
      toWorkers(each.cluster, each.cluster.sets(), each.cluster.prepared(), List.of());
    }
  }

  private void toWorkers(
      UpstreamCluster cluster, HostSets sets, @Nullable Object prepared, List<Host> removed) {
    double drop = cluster.dropPercent();
    onWorkers(cluster, target -> target.onHosts(sets, prepared, drop, removed));
  }

  /** Lets every worker that still uses this version do something with it. */
  private void onWorkers(UpstreamCluster cluster, Consumer<ActiveCluster> task) {
    for (Worker worker : workers.all()) {
      worker.execute(
          () -> {
            ActiveCluster target = tables.get(worker.index()).find(cluster.name());
            if (target != null && target.config() == cluster.config()) {
              task.accept(target);
            }
          });
    }
  }

  /** Takes a cluster out of use; requests under way are finished. */
  public void remove(String name) {
    Active old = active.remove(name);
    if (old == null) {
      return;
    }
    removedCount.inc();
    countActive();
    onEveryWorker(
            worker -> {
              ActiveCluster gone = tables.get(worker.index()).remove(name);
              if (gone != null) {
                gone.retire();
              }
            })
        .thenRun(() -> retire(old));
  }

  private static void retire(@Nullable Active old) {
    if (old != null) {
      old.cluster.removeListener(old.link);
      old.retired.run();
    }
  }

  /** The clusters in use, for the admin endpoints. */
  public Collection<UpstreamCluster> clusters() {
    return active.values().stream().map(Active::cluster).toList();
  }

  public @Nullable UpstreamCluster find(String name) {
    Active found = active.get(name);
    return found == null ? null : found.cluster;
  }

  private interface WorkerTask {
    void run(EventLoopWorker worker);
  }

  /** Completes on the control thread's behalf, on the last worker. */
  private CompletionStage<Void> onEveryWorker(WorkerTask task) {
    var done = new CompletableFuture<Void>();
    var pending = new AtomicInteger(workers.all().size());
    if (workers.all().isEmpty()) {
      done.complete(null);
    }
    for (Worker worker : workers.all()) {
      worker.execute(
          () -> {
            try {
              task.run((EventLoopWorker) worker);
            } catch (RuntimeException e) {
              done.completeExceptionally(e);
            }
            if (pending.decrementAndGet() == 0) {
              done.complete(null);
            }
          });
    }
    return done;
  }

  @Override
  public void close() {
    for (String name : List.copyOf(active.keySet())) {
      remove(name);
    }
    resolver.close();
  }
}
