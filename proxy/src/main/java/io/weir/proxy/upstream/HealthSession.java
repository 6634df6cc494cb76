package io.weir.proxy.upstream;

import io.weir.filter.Timer;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFlag;
import io.weir.proxy.cluster.HostStats;
import io.weir.proxy.worker.EventLoopWorker;
import org.jspecify.annotations.Nullable;

/**
 * The checks of one host, one after the other: thresholds, intervals and flags as in Envoy. Runs on
 * one worker.
 */
final class HealthSession implements HealthProbe.Outcome {

  /** Told of every verdict, on the worker. */
  interface Listener {
    void onVerdict(boolean passed, boolean changed);
  }

  private final HealthCheckSettings settings;
  private final UpstreamCluster cluster;
  private final Host host;
  private final EventLoopWorker worker;
  private final HealthChecker.SessionStats stats;
  private final Listener listener;
  private final @Nullable HealthEvents events;
  private final HealthProbe probe;
  private final Timer interval;
  private final Timer timeout;
  private int healthyCount;
  private int unhealthyCount;
  private boolean firstCheck = true;
  private boolean pending;
  private boolean checking;
  private boolean closed;

  HealthSession(
      HealthCheckSettings settings,
      UpstreamCluster cluster,
      Host host,
      EventLoopWorker worker,
      HealthChecker.SessionStats stats,
      @Nullable HealthEvents events,
      Listener listener) {
    this.events = events;
    this.settings = settings;
    this.cluster = cluster;
    this.host = host;
    this.worker = worker;
    this.stats = stats;
    this.listener = listener;
    this.probe = HealthProbe.of(settings, cluster, host, worker, this);
    this.interval = worker.newTimer(this::check);
    this.timeout = worker.newTimer(this::onTimeout);
  }

  EventLoopWorker worker() {
    return worker;
  }

  void start() {
    if (settings.initialJitterMillis() > 0) {
      interval.arm(worker.random().nextLong(settings.initialJitterMillis()));
    } else {
      check();
    }
  }

  private void check() {
    if (closed) {
      return;
    }
    stats.attempt().inc();
    checking = true;
    timeout.arm(settings.timeoutMillis());
    probe.send();
  }

  private void onTimeout() {
    if (checking && !closed) {
      probe.abandon();
      host.set(HostFlag.ACTIVE_HC_TIMEOUT, true);
      onFailure(Failure.TIMEOUT, 0);
    }
  }

  @Override
  public void onSuccess(boolean degraded) {
    if (!checking || closed) {
      return;
    }
    checking = false;
    unhealthyCount = 0;
    boolean changed = false;
    pending = false;
    host.set(HostFlag.ACTIVE_HC_TIMEOUT, false);
    if (firstCheck || ++healthyCount == settings.healthyThreshold()) {
      changed = host.set(HostFlag.FAILED_ACTIVE_HC, false);
      if (changed && events != null) {
        events.added(host, firstCheck);
      }
    } else {
      pending = host.has(HostFlag.FAILED_ACTIVE_HC);
    }
    changed |= host.set(HostFlag.PENDING_ACTIVE_HC, false);
    boolean otherwise = host.set(HostFlag.DEGRADED_ACTIVE_HC, degraded);
    changed |= otherwise;
    if (events != null) {
      if (otherwise) {
        events.degraded(host, degraded);
      }
      events.succeeded(host);
    }
    changed |= host.set(HostFlag.EXCLUDED_VIA_IMMEDIATE_HC_FAIL, false);
    stats.success().inc();
    finish(true, changed);
  }

  @Override
  public void onFailure(Failure failure, int status) {
    if (!checking || closed) {
      return;
    }
    checking = false;
    healthyCount = 0;
    boolean changed = false;
    pending = false;
    if (failure != Failure.TIMEOUT) {
      host.set(HostFlag.ACTIVE_HC_TIMEOUT, false);
    }
    if (!host.has(HostFlag.FAILED_ACTIVE_HC)) {
      // A wrong answer is believed at once, a missing one when it is missed often enough.
      if (failure == Failure.ACTIVE || ++unhealthyCount == settings.unhealthyThreshold()) {
        changed = host.set(HostFlag.FAILED_ACTIVE_HC, true);
        if (events != null) {
          events.ejected(host, failure, status);
        }
      } else {
        pending = true;
      }
    }
    changed |= host.set(HostFlag.PENDING_ACTIVE_HC, false);
    if (events != null) {
      events.failed(host, failure, status, firstCheck);
    }
    stats.failure().inc();
    if (failure == Failure.NETWORK || failure == Failure.TIMEOUT) {
      stats.network().inc();
    }
    finish(false, changed);
  }

  @Override
  public void onExclusion() {
    host.set(HostFlag.EXCLUDED_VIA_IMMEDIATE_HC_FAIL, true);
  }

  @Override
  public void onNameChecked() {
    stats.verify().inc();
  }

  private void finish(boolean passed, boolean changed) {
    firstCheck = false;
    timeout.cancel();
    if (!settings.reuseConnection()) {
      probe.abandon();
    }
    interval.arm(nextInterval(passed));
    listener.onVerdict(passed, changed);
  }

  private long nextInterval(boolean healthy) {
    long base;
    if (!hasTraffic()) {
      base = healthy && !pending ? settings.noTrafficHealthyMillis() : settings.noTrafficMillis();
    } else if (healthy) {
      base = pending ? settings.healthyEdgeMillis() : settings.intervalMillis();
    } else {
      base = pending ? settings.unhealthyEdgeMillis() : settings.unhealthyMillis();
    }
    long jitter = 0;
    if (settings.jitterPercent() > 0) {
      jitter += worker.random().nextLong(Math.max(1, base * settings.jitterPercent() / 100));
    }
    if (settings.jitterMillis() > 0) {
      jitter += worker.random().nextLong(settings.jitterMillis());
    }
    return Math.max(1, base + jitter);
  }

  private boolean hasTraffic() {
    if (host.stats().value(HostStats.Kind.CX_TOTAL) > 0) {
      return true;
    }
    for (var priority : cluster.sets().priorities()) {
      for (Host other : priority.hosts()) {
        if (other.stats().value(HostStats.Kind.CX_TOTAL) > 0) {
          return true;
        }
      }
    }
    return false;
  }

  void close() {
    closed = true;
    interval.cancel();
    timeout.cancel();
    probe.abandon();
  }
}
