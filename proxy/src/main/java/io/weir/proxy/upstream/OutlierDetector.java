package io.weir.proxy.upstream;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFlag;
import io.weir.proxy.worker.ControlThread;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Ejects hosts that fail more than others, for a time that grows with each ejection. The arithmetic
 * is Envoy's. Control thread.
 */
final class OutlierDetector implements HostWatcher {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final OutlierSettings settings;
  private final UpstreamCluster cluster;
  private final ControlThread control;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final @Nullable EjectionEvents events;
  private final Map<Host, OutlierMonitor> monitors = new LinkedHashMap<>();
  private final DetectorStats stats;
  private @Nullable Future<?> next;
  private int ejected;
  private boolean closed;

  /** Envoy's names below {@code outlier_detection.}. */
  private static final class DetectorStats {
    private final Gauge active;
    private final Counter total;
    private final Counter overflow;
    private final Counter enforcedTotal;
    private final Counter oldConsecutive;
    private final Counter oldSuccessRate;
    private final Map<EjectionKind, Counter> detected = new EnumMap<>(EjectionKind.class);
    private final Map<EjectionKind, Counter> enforced = new EnumMap<>(EjectionKind.class);

    DetectorStats(Stats stats, String prefix) {
      active = stats.gauge(prefix, "ejections_active");
      stats.counter(prefix, "ejections_detected_degradation");
      total = stats.counter(prefix, "ejections_total");
      overflow = stats.counter(prefix, "ejections_overflow");
      enforcedTotal = stats.counter(prefix, "ejections_enforced_total");
      oldConsecutive = stats.counter(prefix, "ejections_consecutive_5xx");
      oldSuccessRate = stats.counter(prefix, "ejections_success_rate");
      for (EjectionKind kind : EjectionKind.values()) {
        detected.put(kind, stats.counter(prefix, "ejections_detected_" + kind.stat()));
        enforced.put(kind, stats.counter(prefix, "ejections_enforced_" + kind.stat()));
      }
    }

    void detected(EjectionKind kind) {
      inc(detected, kind);
      if (kind == EjectionKind.CONSECUTIVE_5XX) {
        oldConsecutive.inc();
      } else if (kind == EjectionKind.SUCCESS_RATE) {
        oldSuccessRate.inc();
      }
    }

    void enforced(EjectionKind kind) {
      enforcedTotal.inc();
      inc(enforced, kind);
    }

    private static void inc(Map<EjectionKind, Counter> counters, EjectionKind kind) {
      Counter counter = counters.get(kind);
      if (counter != null) {
        counter.inc();
      }
    }
  }

  OutlierDetector(
      OutlierSettings settings,
      UpstreamCluster cluster,
      ControlThread control,
      LongSupplier nanoTime,
      RandomGenerator random,
      @Nullable EjectionEvents events,
      Stats stats) {
    this.events = events;
    this.settings = settings;
    this.cluster = cluster;
    this.control = control;
    this.nanoTime = nanoTime;
    this.random = random;
    this.stats = new DetectorStats(stats, cluster.config().statPrefix() + "outlier_detection.");
    schedule();
  }

  private void schedule() {
    next =
        control.schedule(
            this::onInterval, settings.runtime("interval_ms", settings.intervalMillis()));
  }

  @Override
  public void onCreated(Host host) {
    var monitor = new OutlierMonitor(this, host, settings);
    monitors.put(host, monitor);
    host.setMonitor(monitor);
  }

  @Override
  public void onMembership(List<Host> added, List<Host> removed) {
    for (Host host : removed) {
      monitors.remove(host);
      if (host.has(HostFlag.FAILED_OUTLIER_CHECK)) {
        stats.active.set(--ejected);
      }
    }
  }

  /** A row of failures was seen. Any thread. */
  void onConsecutive(OutlierMonitor monitor, EjectionKind kind) {
    control.execute(
        () -> {
          if (closed || !monitors.containsKey(monitor.host())) {
            return;
          }
          if (!monitor.host().has(HostFlag.FAILED_OUTLIER_CHECK)) {
            stats.detected(kind);
            if (eject(monitor, kind, "")) {
              cluster.onHealthChanged();
            }
          }
          // So that the next row is seen even without a success in between.
          monitor.reset(kind);
        });
  }

  private boolean eject(OutlierMonitor monitor, EjectionKind kind, String rates) {
    double percent = 100.0 * (ejected + 1) / Math.max(1, monitors.size());
    long max = Math.min(100, settings.runtime("max_ejection_percent", settings.maxPercent()));
    if (percent > max && !(settings.alwaysEjectOne() && ejected == 0)) {
      stats.overflow.inc();
      return false;
    }
    if (kind == EjectionKind.CONSECUTIVE_5XX || kind == EjectionKind.SUCCESS_RATE) {
      stats.total.inc();
    }
    long enforcing = settings.runtime(kind.field(), settings.enforcing()[kind.ordinal()]);
    if (random.nextInt(100) >= enforcing) {
      log(monitor, kind, false, rates);
      return false;
    }
    stats.enforced(kind);
    stats.active.set(++ejected);
    monitor.host().set(HostFlag.FAILED_OUTLIER_CHECK, true);
    monitor.ejectedNanos = nanoTime.getAsLong();
    monitor.jitterMillis =
        settings.maxJitterMillis() == 0 ? 0 : random.nextLong(settings.maxJitterMillis());
    if (monitor.backoff * settings.baseMillis() < settings.maxMillis() + settings.baseMillis()) {
      monitor.backoff++;
    }
    monitor.ejections++;
    log(monitor, kind, true, rates);
    monitor.lastAction(kind, nanoTime.getAsLong());
    cluster.onHostFailed(monitor.host());
    return true;
  }

  private void log(OutlierMonitor monitor, EjectionKind kind, boolean enforced, String rates) {
    if (events != null) {
      events.ejected(
          monitor.host(),
          kind,
          monitor.ejections,
          enforced,
          monitor.sinceLastAction(nanoTime.getAsLong()),
          rates);
    }
  }

  private void onInterval() {
    if (closed) {
      return;
    }
    boolean changed = false;
    for (OutlierMonitor monitor : monitors.values()) {
      changed |= unejectIfDue(monitor);
      monitor.external.roll();
      monitor.local.roll();
    }
    changed |= compare(false);
    if (settings.splitLocal()) {
      changed |= compare(true);
    }
    if (changed) {
      cluster.onHealthChanged();
    }
    schedule();
  }

  private boolean unejectIfDue(OutlierMonitor monitor) {
    if (!monitor.host().has(HostFlag.FAILED_OUTLIER_CHECK)) {
      if (monitor.backoff > 0) {
        monitor.backoff--;
      }
      return false;
    }
    long base = settings.runtime("base_ejection_time_ms", settings.baseMillis());
    long max = settings.runtime("max_ejection_time_ms", settings.maxMillis());
    long time = Math.min(base * monitor.backoff, max) + monitor.jitterMillis;
    if (nanoTime.getAsLong() - monitor.ejectedNanos < time * NANOS_PER_MILLI) {
      return false;
    }
    uneject(monitor);
    return true;
  }

  private void uneject(OutlierMonitor monitor) {
    stats.active.set(--ejected);
    monitor.host().set(HostFlag.FAILED_OUTLIER_CHECK, false);
    monitor.resetAll();
    long now = nanoTime.getAsLong();
    if (events != null) {
      events.unejected(
          monitor.host(), monitor.lastKind, monitor.ejections, monitor.sinceLastAction(now));
    }
    monitor.lastAction(monitor.lastKind, now);
  }

  /** An active check succeeded. */
  boolean onHealthCheckPassed(Host host) {
    OutlierMonitor monitor = monitors.get(host);
    if (monitor == null
        || !settings.unejectOnHealthCheck()
        || !host.has(HostFlag.FAILED_OUTLIER_CHECK)) {
      return false;
    }
    uneject(monitor);
    return true;
  }

  /** Ejects hosts whose success rate is far below the others', or too low at all. */
  private boolean compare(boolean local) {
    var byRate = new ArrayList<OutlierMonitor>();
    var byFailures = new ArrayList<OutlierMonitor>();
    double sum = 0;
    for (OutlierMonitor monitor : monitors.values()) {
      OutlierMonitor.Rate rate = local ? monitor.local : monitor.external;
      if (monitor.host().has(HostFlag.FAILED_OUTLIER_CHECK) || rate.volume() == 0) {
        continue;
      }
      if (rate.volume() >= settings.successRateVolume()) {
        byRate.add(monitor);
        sum += rate.rate();
      }
      if (rate.volume() >= settings.failureVolume()) {
        byFailures.add(monitor);
      }
    }
    boolean changed = false;
    if (!byRate.isEmpty() && byRate.size() >= settings.successRateHosts()) {
      double threshold = threshold(byRate, sum / byRate.size(), local);
      for (OutlierMonitor monitor : byRate) {
        if (rate(monitor, local) < threshold) {
          changed |=
              detect(
                  monitor,
                  local ? EjectionKind.LOCAL_ORIGIN_SUCCESS_RATE : EjectionKind.SUCCESS_RATE,
                  rates(rate(monitor, local))
                      + ",\"cluster_average_success_rate\":"
                      + Math.round(sum / byRate.size())
                      + ",\"cluster_success_rate_ejection_threshold\":"
                      + Math.round(Math.max(0, threshold)));
        }
      }
    }
    if (!byFailures.isEmpty() && byFailures.size() >= settings.failureHosts()) {
      for (OutlierMonitor monitor : byFailures) {
        if (100 - rate(monitor, local) >= settings.failureThreshold()) {
          changed |=
              detect(
                  monitor,
                  local
                      ? EjectionKind.LOCAL_ORIGIN_FAILURE_PERCENTAGE
                      : EjectionKind.FAILURE_PERCENTAGE,
                  rates(rate(monitor, local)));
        }
      }
    }
    return changed;
  }

  private boolean detect(OutlierMonitor monitor, EjectionKind kind, String rates) {
    if (monitor.host().has(HostFlag.FAILED_OUTLIER_CHECK)) {
      return false;
    }
    stats.detected(kind);
    return eject(monitor, kind, rates);
  }

  private static String rates(double host) {
    return "\"host_success_rate\":" + Math.round(host);
  }

  private double threshold(List<OutlierMonitor> hosts, double mean, boolean local) {
    double variance = 0;
    for (OutlierMonitor monitor : hosts) {
      double difference = rate(monitor, local) - mean;
      variance += difference * difference;
    }
    return mean - settings.successRateFactor() * Math.sqrt(variance / hosts.size());
  }

  private static double rate(OutlierMonitor monitor, boolean local) {
    return (local ? monitor.local : monitor.external).rate();
  }

  @Override
  public void close() {
    closed = true;
    if (next != null) {
      next.cancel(false);
    }
  }
}
