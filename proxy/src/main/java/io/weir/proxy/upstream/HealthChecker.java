package io.weir.proxy.upstream;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;
import io.weir.filter.Worker;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFlag;
import io.weir.proxy.worker.ControlThread;
import io.weir.proxy.worker.EventLoopWorker;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Active health checks of one cluster. Sessions run on workers, spread over them; their verdicts
 * come back to the control thread, which owns this object.
 */
final class HealthChecker implements HostWatcher {
  private final HealthCheckSettings settings;
  private final UpstreamCluster cluster;
  private final ControlThread control;
  private final List<Worker> workers;
  private final boolean excludeUnchecked;
  private final @Nullable HealthEvents events;
  private final Map<Host, HealthSession> sessions = new HashMap<>();
  private final Set<Host> unchecked = new HashSet<>();
  private final CompletableFuture<Void> firstRound = new CompletableFuture<>();
  private final Gauge healthy;
  private final Gauge degraded;
  private int nextWorker;
  private boolean closed;
  private boolean started;

  /** A session's counters, on its worker. */
  record SessionStats(
      Counter attempt,
      Counter success,
      Counter failure,
      Counter network,
      Counter passive,
      Counter verify) {
    static SessionStats open(Stats stats, String prefix) {
      return new SessionStats(
          stats.counter(prefix, "attempt"),
          stats.counter(prefix, "success"),
          stats.counter(prefix, "failure"),
          stats.counter(prefix, "network_failure"),
          stats.counter(prefix, "passive_failure"),
          stats.counter(prefix, "verify_cluster"));
    }
  }

  /**
   * @param stats of the control thread
   * @param excludeUnchecked whether hosts do not count before their first check
   * @param events null when they are not logged
   */
  HealthChecker(
      HealthCheckSettings settings,
      UpstreamCluster cluster,
      ControlThread control,
      List<Worker> workers,
      boolean excludeUnchecked,
      @Nullable HealthEvents events,
      Stats stats) {
    this.events = events;
    this.settings = settings;
    this.cluster = cluster;
    this.control = control;
    this.workers = workers;
    this.excludeUnchecked = excludeUnchecked;
    String prefix = statPrefix();
    this.healthy = stats.gauge(prefix, "healthy");
    this.degraded = stats.gauge(prefix, "degraded");
    SessionStats.open(stats, prefix);
  }

  private String statPrefix() {
    return cluster.config().statPrefix() + "health_check.";
  }

  @Override
  public void onCreated(Host host) {
    if (host.endpoint().healthChecked()) {
      host.set(HostFlag.FAILED_ACTIVE_HC, true);
      host.set(HostFlag.PENDING_ACTIVE_HC, excludeUnchecked);
      unchecked.add(host);
    }
  }

  @Override
  public void onMembership(List<Host> added, List<Host> removed) {
    if (closed) {
      return;
    }
    for (Host host : added) {
      if (host.endpoint().healthChecked()) {
        start(host);
      }
    }
    for (Host host : removed) {
      HealthSession session = sessions.remove(host);
      unchecked.remove(host);
      if (session != null) {
        session.worker().execute(session::close);
      }
    }
    started = true;
    count();
    completeFirstRound();
  }

  private void start(Host host) {
    var worker = (EventLoopWorker) workers.get(nextWorker++ % workers.size());
    var session =
        new HealthSession(
            settings,
            cluster,
            host,
            worker,
            SessionStats.open(worker.stats(), statPrefix()),
            events,
            (passed, changed) -> control.execute(() -> onVerdict(host, passed, changed)));
    sessions.put(host, session);
    worker.execute(session::start);
  }

  private void onVerdict(Host host, boolean passed, boolean changed) {
    if (closed || !sessions.containsKey(host)) {
      return;
    }
    boolean first = unchecked.remove(host);
    boolean unejected = passed && cluster.onHealthCheckPassed(host);
    if (changed || unejected) {
      count();
      cluster.onHealthChanged();
      if (!passed) {
        cluster.onHostFailed(host);
      }
    }
    if (first) {
      completeFirstRound();
    }
  }

  private void completeFirstRound() {
    if (started && unchecked.isEmpty()) {
      firstRound.complete(null);
    }
  }

  private void count() {
    int good = 0;
    int half = 0;
    for (Host host : cluster.hosts()) {
      good += host.has(HostFlag.FAILED_ACTIVE_HC) ? 0 : 1;
      half += host.has(HostFlag.DEGRADED_ACTIVE_HC) ? 1 : 0;
    }
    healthy.set(good);
    degraded.set(half);
  }

  @Override
  public boolean checksActively() {
    return true;
  }

  @Override
  public CompletableFuture<Void> firstRound() {
    return firstRound;
  }

  @Override
  public void close() {
    closed = true;
    for (HealthSession session : sessions.values()) {
      session.worker().execute(session::close);
    }
    sessions.clear();
    firstRound.complete(null);
  }
}
