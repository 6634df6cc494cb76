package io.weir.proxy.upstream;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;
import io.weir.proxy.cluster.CircuitBreakers;
import io.weir.proxy.cluster.ClusterConfig;
import io.weir.proxy.cluster.Endpoint;
import io.weir.proxy.cluster.EndpointHealth;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFlag;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.HostStats;
import io.weir.proxy.cluster.PriorityHosts;
import io.weir.proxy.formatter.AddressText;
import io.weir.proxy.tls.UpstreamTransports;
import io.weir.proxy.worker.ControlThread;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One loaded cluster: its hosts, where they come from, and who is told when they change. Owned by
 * the control thread.
 */
public final class UpstreamCluster {

  /** Told of every change of the hosts. */
  interface HostsListener {
    /**
     * @param prepared what the balancing policy made of the hosts
     * @param removed hosts that are listed no more
     * @param members whether hosts have come or gone, and not only changed
     */
    void onHosts(HostSets hosts, @Nullable Object prepared, List<Host> removed, boolean members);

    /** Connections to the host are to be closed. */
    void onHostFailed(Host host);
  }

  private static final String[] SHOWN_AT_ONCE = {
    "assignment_stale",
    "assignment_timeout_received",
    "assignment_use_cached",
    "update_attempt",
    "update_empty",
    "update_failure",
    "update_no_rebuild",
    "update_success",
  };

  private final ClusterConfig config;
  private final Discovery discovery;
  private final CircuitBreakers[] breakers;
  private final UpstreamTransports transports;
  private final int workers;
  private final java.util.function.LongSupplier nanoTime;
  private final ControlThread control;
  private final List<HostsListener> listeners = new ArrayList<>();
  private final List<HostWatcher> watchers = new ArrayList<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private boolean waits = true;
  private final MembershipStats membership;
  private final Stats stats;
  // Made by workers, under what requests ask for.
  private final Map<String, Host> requested = new ConcurrentHashMap<>();
  private Map<Object, Host> hosts = new LinkedHashMap<>();
  private Assignment assignment = Assignment.EMPTY;
  private HostSets sets = HostSets.EMPTY;
  private @Nullable Object prepared;
  private boolean addedViaApi;
  private @Nullable Future<?> sweep;

  UpstreamCluster(
      ClusterConfig config,
      Discovery discovery,
      CircuitBreakers[] breakers,
      UpstreamTransports transports,
      int workers,
      java.util.function.LongSupplier nanoTime,
      ControlThread control,
      Stats stats) {
    this.config = config;
    this.discovery = discovery;
    this.breakers = breakers;
    this.transports = transports;
    this.workers = workers;
    this.nanoTime = nanoTime;
    this.control = control;
    this.stats = stats;
    this.membership = new MembershipStats(stats, config.statPrefix());
    stats.gauge(config.statPrefix(), "version");
    stats.gauge(config.statPrefix(), "warming_state").set(0);
    for (String name : SHOWN_AT_ONCE) {
      stats.counter(config.statPrefix(), name);
    }
  }

  /** The gauges of the membership. */
  private record MembershipStats(
      Counter change, Gauge total, Gauge healthy, Gauge degraded, Gauge excluded, Gauge maxWeight) {
    MembershipStats(Stats stats, String prefix) {
      this(
          stats.counter(prefix, "membership_change"),
          stats.gauge(prefix, "membership_total"),
          stats.gauge(prefix, "membership_healthy"),
          stats.gauge(prefix, "membership_degraded"),
          stats.gauge(prefix, "membership_excluded"),
          stats.gauge(prefix, "max_host_weight"));
    }
  }

  public String name() {
    return config.name();
  }

  public ClusterConfig config() {
    return config;
  }

  CircuitBreakers[] breakers() {
    return breakers;
  }

  UpstreamTransports transports() {
    return transports;
  }

  /** The hosts now. */
  public HostSets sets() {
    return sets;
  }

  @Nullable Object prepared() {
    return prepared;
  }

  /** Every host, in the order of the configuration. */
  public Collection<Host> hosts() {
    return hosts.values();
  }

  /** Limits, for {@code /clusters}: default and high priority. */
  public CircuitBreakers breakers(boolean highPriority) {
    return breakers[highPriority ? 1 : 0];
  }

  /** Whether discovery came from an API, for {@code /clusters}. */
  public boolean addedViaApi() {
    return addedViaApi;
  }

  public void setAddedViaApi(boolean added) {
    addedViaApi = added;
  }

  /** Completes when the first set of hosts is there and was checked. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  /** {@code wait_for_warm_on_init: false}: is ready before its hosts are known. */
  void doNotWait() {
    waits = false;
  }

  void start() {
    discovery.start(this::onAssignment);
    if (!waits) {
      becomeReady();
    }
    RequestedHosts destinations = discovery.requestedHosts();
    if (destinations != null) {
      long interval = destinations.cleanupMillis();
      sweep = control.schedule(() -> sweep(interval), interval);
    }
  }

  void addListener(HostsListener listener) {
    listeners.add(listener);
  }

  void removeListener(HostsListener listener) {
    listeners.remove(listener);
  }

  /** Adds active health checks or outlier detection; before {@link #start}. */
  void addWatcher(HostWatcher watcher) {
    watchers.add(watcher);
  }

  private void onAssignment(Assignment fresh) {
    assignment = fresh;
    var next = new LinkedHashMap<Object, Host>();
    var added = new ArrayList<Host>();
    for (Endpoint endpoint : fresh.endpoints()) {
      Object key = endpoint.address();
      for (int copy = 2; next.containsKey(key) && discovery.keepsDuplicates(); copy++) {
        key = new Copy(endpoint.address(), copy);
      }
      if (next.containsKey(key)) {
        continue;
      }
      Host host = hosts.get(key);
      if (host == null) {
        host = newHost(endpoint);
        added.add(host);
        countTransport(host);
        for (HostWatcher watcher : watchers) {
          watcher.onCreated(host);
        }
      } else {
        host.setEndpoint(endpoint);
      }
      applyHealth(host, endpoint.health());
      next.put(key, host);
    }
    var removed = new ArrayList<Host>();
    hosts.forEach(
        (address, host) -> {
          if (!next.containsKey(address)) {
            retire(address, host, next, removed);
          }
        });
    hosts = next;
    membership.change.add(priorities(added, removed));
    publish(removed, !added.isEmpty() || !removed.isEmpty());
    for (HostWatcher watcher : watchers) {
      watcher.onMembership(added, removed);
    }
    becomeReady();
  }

  /** How many priorities have changed: Envoy counts each. */
  private static long priorities(List<Host> added, List<Host> removed) {
    var changed = new BitSet();
    added.forEach(host -> changed.set(host.endpoint().priority()));
    removed.forEach(host -> changed.set(host.endpoint().priority()));
    return changed.cardinality();
  }

  /** An address that is listed again. */
  private record Copy(SocketAddress address, int number) {}

  /** A host that active checks hold for healthy stays until they change their mind. */
  private void retire(Object key, Host host, Map<Object, Host> next, List<Host> removed) {
    boolean stays =
        discovery.keepsHealthyHosts()
            && !config.commonLb().ignoreHealthOnRemoval()
            && watchers.stream().anyMatch(HostWatcher::checksActively)
            && !host.has(HostFlag.FAILED_ACTIVE_HC)
            && !host.has(HostFlag.PENDING_ACTIVE_HC);
    if (stays) {
      host.set(HostFlag.PENDING_DYNAMIC_REMOVAL, true);
      next.put(key, host);
    } else {
      host.setRemoved();
      removed.add(host);
    }
  }

  private void becomeReady() {
    if (ready.isDone()) {
      return;
    }
    var firstChecks =
        watchers.stream().map(HostWatcher::firstRound).toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(firstChecks).whenComplete((_, _) -> ready.complete(null));
  }

  private static void applyHealth(Host host, EndpointHealth health) {
    host.set(HostFlag.PENDING_DYNAMIC_REMOVAL, false);
    host.set(
        HostFlag.FAILED_EDS_HEALTH,
        health == EndpointHealth.UNHEALTHY || health == EndpointHealth.TIMEOUT);
    host.set(HostFlag.EDS_STATUS_DRAINING, health == EndpointHealth.DRAINING);
    host.set(HostFlag.DEGRADED_EDS_HEALTH, health == EndpointHealth.DEGRADED);
  }

  @Nullable RequestedHosts requestedHosts() {
    return discovery.requestedHosts();
  }

  List<String> aggregated() {
    return discovery.aggregated();
  }

  /** The host that a request asked for; made, and listed soon, when there is none. Any thread. */
  Host requested(RequestedHosts.Found found) {
    Host known = requested.get(found.key());
    if (known != null && !known.removed() && known.address().equals(found.address())) {
      return known;
    }
    return requested.compute(
        found.key(),
        (key, old) -> {
          if (old != null && !old.removed() && old.address().equals(found.address())) {
            return old;
          }
          Endpoint endpoint = Endpoint.of(found.address());
          Host made =
              newHost(
                  found.hostname().isEmpty() ? endpoint : endpoint.withHostname(found.hostname()));
          control.execute(() -> list(key, made));
          return made;
        });
  }

  private Host newHost(Endpoint endpoint) {
    long now = nanoTime.getAsLong();
    var host = new Host(endpoint, AddressText.text(endpoint.address()), workers, now);
    host.setFeedback(config.policy().feedback(workers, now));
    host.setOwner(this);
    return host;
  }

  private void countTransport(Host host) {
    String match = transports.name(host.metadata());
    stats.counter(config.statPrefix() + match + ".", "total_match_count").inc();
  }

  /** Lists a host that a worker made, in place of one at another address. */
  private void list(String key, Host host) {
    countTransport(host);
    Host replaced = hosts.put(key, host);
    if (replaced != null) {
      replaced.setRemoved();
    }
    membership.change.inc();
    publish(replaced == null ? List.of() : List.of(replaced), true);
  }

  /** Drops the hosts that nobody has used, again and again. */
  private void sweep(long intervalMillis) {
    var removed = new ArrayList<Host>();
    hosts
        .values()
        .removeIf(
            host -> {
              boolean idle = !host.takeUsed() && host.stats().value(HostStats.Kind.RQ_ACTIVE) == 0;
              if (idle) {
                host.setRemoved();
                removed.add(host);
              }
              return idle;
            });
    requested.values().removeIf(Host::removed);
    if (!removed.isEmpty()) {
      membership.change.inc();
      publish(removed, true);
    }
    sweep = control.schedule(() -> sweep(intervalMillis), intervalMillis);
  }

  /** Flags of hosts have changed: sorts them anew and tells everybody. */
  void onHealthChanged() {
    var removed = new ArrayList<Host>();
    hosts
        .values()
        .removeIf(
            host -> {
              boolean gone =
                  host.has(HostFlag.PENDING_DYNAMIC_REMOVAL) && host.has(HostFlag.FAILED_ACTIVE_HC);
              if (gone) {
                host.setRemoved();
                removed.add(host);
              }
              return gone;
            });
    publish(removed, !removed.isEmpty());
    if (!removed.isEmpty()) {
      membership.change.inc();
      for (HostWatcher watcher : watchers) {
        watcher.onMembership(List.of(), removed);
      }
    }
  }

  /** A response asked that the host be left out at once. Any thread. */
  void onImmediateFailure(Host host) {
    control.execute(
        () -> {
          boolean checked = watchers.stream().anyMatch(HostWatcher::checksActively);
          if (checked) {
            stats.counter(config.statPrefix() + "health_check.", "passive_failure").inc();
          }
          if (checked && host.set(HostFlag.FAILED_ACTIVE_HC, true)) {
            host.set(HostFlag.EXCLUDED_VIA_IMMEDIATE_HC_FAIL, true);
            onHealthChanged();
          }
        });
  }

  /** An active check succeeded: an ejected host may come back. */
  boolean onHealthCheckPassed(Host host) {
    boolean unejected = false;
    for (HostWatcher watcher : watchers) {
      unejected |=
          watcher instanceof OutlierDetector detector && detector.onHealthCheckPassed(host);
    }
    return unejected;
  }

  /** A host is unhealthy now, by an active check or as an outlier. */
  void onHostFailed(Host host) {
    for (HostsListener listener : List.copyOf(listeners)) {
      listener.onHostFailed(host);
    }
  }

  private void publish(List<Host> removed, boolean members) {
    var byPriority = new ArrayList<List<Host>>();
    byPriority.add(new ArrayList<>());
    int heaviest = 0;
    for (Host host : hosts.values()) {
      int priority = host.endpoint().priority();
      while (byPriority.size() <= priority) {
        byPriority.add(new ArrayList<>());
      }
      byPriority.get(priority).add(host);
      heaviest = Math.max(heaviest, host.weight());
    }
    var priorities = new ArrayList<PriorityHosts>(byPriority.size());
    for (int i = 0; i < byPriority.size(); i++) {
      priorities.add(
          PriorityHosts.of(
              byPriority.get(i),
              new HashMap<>(assignment.weights(i)),
              assignment.overprovisioning(),
              assignment.weightedHealth()));
    }
    sets = new HostSets(priorities, config.commonLb().panicThreshold());
    prepared = config.policy().prepare(sets);
    membership.total.set(sets.size());
    membership.healthy.set(sets.count(HostFlag.Health.HEALTHY));
    membership.degraded.set(sets.count(HostFlag.Health.DEGRADED));
    membership.excluded.set(sets.excluded());
    // Envoy shows it for clusters whose hosts are discovered.
    boolean listed = !discovery.keepsDuplicates() && discovery.requestedHosts() == null;
    membership.maxWeight.set(listed ? heaviest : 0);
    for (HostsListener listener : List.copyOf(listeners)) {
      listener.onHosts(sets, prepared, removed, members);
    }
  }

  /** The share of requests to drop, percent. */
  double dropPercent() {
    return assignment.dropPercent();
  }

  void close() {
    if (sweep != null) {
      sweep.cancel(false);
    }
    discovery.close();
    for (HostWatcher watcher : watchers) {
      watcher.close();
    }
    ready.complete(null);
  }
}
