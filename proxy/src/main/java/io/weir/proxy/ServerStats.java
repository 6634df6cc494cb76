package io.weir.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.weir.filter.Gauge;
import io.weir.filter.Stats;
import io.weir.filter.Stats.HistogramUnit;
import io.weir.proxy.config.ServerState;
import io.weir.proxy.stats.StatsStore;
import io.weir.proxy.worker.ControlThread;
import java.util.List;

/**
 * The statistics of the process, {@code server.*} and its like; Envoy's names. Brought up to date
 * at the flush interval, when histograms are merged too. Owned by the control thread.
 */
final class ServerStats {
  private static final String SERVER = "server.";
  private static final long NO_CERTIFICATE = 0xffffffffL;

  /** Names that other programs expect and that a JVM has nothing to count for. */
  private static final List<String> ZERO_COUNTERS =
      List.of(
          "debug_assertion_failures",
          "dropped_stat_flushes",
          "dynamic_unknown_fields",
          "envoy_bug_failures",
          "envoy_notifications",
          "main_thread.watchdog_mega_miss",
          "main_thread.watchdog_miss",
          "static_unknown_fields",
          "wip_protos");

  private static final List<String> ZERO_GAUGES =
      List.of(
          "compilation_settings.fips_mode",
          "hot_restart_epoch",
          "parent_connections",
          "seconds_until_first_ocsp_response_expiring",
          "stats_recent_lookups",
          "total_connections",
          "version");

  private static final List<String> FILE_COUNTERS =
      List.of(
          "flushed_by_timer", "reopen_failed", "write_buffered", "write_completed", "write_failed");

  private static final List<String> ASYNC_COUNTERS =
      List.of(
          "no_cluster",
          "no_route",
          "passthrough_internal_redirect_bad_location",
          "passthrough_internal_redirect_no_route",
          "passthrough_internal_redirect_predicate",
          "passthrough_internal_redirect_too_many_redirects",
          "passthrough_internal_redirect_unsafe_scheme",
          "rq_direct_response",
          "rq_overload_local_reply",
          "rq_redirect",
          "rq_reset_after_downstream_response_started",
          "rq_total");

  private final StatsStore store;
  private final ControlThread control;
  private final ServerState state;
  private final long flushMillis;
  private final Gauge uptime;
  private final Gauge live;
  private final Gauge phase;
  private final Gauge allocated;
  private final Gauge heap;
  private final Gauge physical;

  /**
   * @param flushMillis {@code stats_flush_interval}
   */
  ServerStats(
      StatsStore store,
      ControlThread control,
      ServerState state,
      int concurrency,
      long flushMillis) {
    this.store = store;
    this.control = control;
    this.state = state;
    this.flushMillis = flushMillis;
    Stats stats = store.control();
    this.uptime = stats.gauge(SERVER, "uptime");
    this.live = stats.gauge(SERVER, "live");
    this.phase = stats.gauge(SERVER, "state");
    this.allocated = stats.gauge(SERVER, "memory_allocated");
    this.heap = stats.gauge(SERVER, "memory_heap_size");
    this.physical = stats.gauge(SERVER, "memory_physical_size");
    stats.gauge(SERVER, "concurrency").set(concurrency);
    stats.gauge(SERVER, "days_until_first_cert_expiring").set(NO_CERTIFICATE);
    ZERO_COUNTERS.forEach(name -> stats.counter(SERVER, name));
    ZERO_GAUGES.forEach(name -> stats.gauge(SERVER, name).set(0));
    for (int i = 0; i < concurrency; i++) {
      stats.counter(SERVER, "worker_" + i + ".watchdog_mega_miss");
      stats.counter(SERVER, "worker_" + i + ".watchdog_miss");
    }
    stats.gauge(SERVER, "hot_restart_generation").set(1);
    showAtOnce(stats);
    for (String watched : List.of("main_thread.", "workers.")) {
      stats.counter(watched, "watchdog_mega_miss");
      stats.counter(watched, "watchdog_miss");
    }
  }

  private static void showAtOnce(Stats stats) {
    FILE_COUNTERS.forEach(name -> stats.counter("filesystem.", name));
    stats.gauge("filesystem.", "write_total_buffered");
    ASYNC_COUNTERS.forEach(name -> stats.counter("http.async-client.", name));
    stats.counter("envoy.overload_actions.reset_high_memory_stream.", "count");
    stats.histogram("overload.", "refresh_interval_delay", HistogramUnit.MILLISECONDS);
  }

  /** Records how long the start took, and begins to flush. */
  void start() {
    control.execute(
        () -> {
          store
              .control()
              .histogram(SERVER, "initialization_time_ms", HistogramUnit.MILLISECONDS)
              .record(state.uptime().toMillis());
          update();
          flush();
        });
  }

  private void flush() {
    store.mergeHistograms();
    control.schedule(
        () -> {
          update();
          flush();
        },
        flushMillis);
  }

  private void update() {
    uptime.set(state.uptime().toSeconds());
    live.set(state.live() ? 1 : 0);
    phase.set(
        switch (state.phase()) {
          case LIVE -> 0;
          case DRAINING -> 1;
          case PRE_INITIALIZING -> 2;
          case INITIALIZING -> 3;
        });
    // Not by the platform's beans: the first of them starts the flight recorder's classes too.
    Runtime runtime = Runtime.getRuntime();
    long committed = runtime.totalMemory();
    long direct = direct();
    allocated.set(committed - runtime.freeMemory() + direct);
    heap.set(committed + direct);
    physical.set(committed + direct);
  }

  private static long direct() {
    return ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider
        ? provider.metric().usedDirectMemory()
        : 0;
  }
}
