package io.weir.proxy.overload;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Histogram;
import io.weir.filter.Stats;
import io.weir.filter.Stats.HistogramUnit;
import io.weir.filter.Worker;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.worker.ControlThread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches resources and tells workers which actions are in force: {@code overload_manager} of the
 * bootstrap. Owned by the control thread.
 */
public final class OverloadManager {
  private static final Logger LOG = LoggerFactory.getLogger("main");
  private static final String CONNECTION_KEY = "overload.global_downstream_max_connections";
  private static final double NANOS_PER_MILLI = 1e6;

  private final OverloadConfig config;
  private final List<? extends Worker> workers;
  private final ControlThread control;
  private final Consumer<Boolean> accepting;
  private final @Nullable OpenConnections connections;
  private final List<Resource> resources = new ArrayList<>();
  private final Map<OverloadAction, Level> actionLevels = new EnumMap<>(OverloadAction.class);
  private final Map<LoadShedPoint, Level> pointLevels = new EnumMap<>(LoadShedPoint.class);
  private final double[] actions = new double[OverloadAction.values().length];
  private final double[] points = new double[LoadShedPoint.values().length];
  private final Histogram delay;
  private final @Nullable Counter shrinks;
  private long lastRefresh;
  private boolean closed;

  private static final class Resource {
    final OverloadConfig.Monitor monitor;
    final Gauge pressure;
    final Counter failed;
    double value;

    Resource(OverloadConfig.Monitor monitor, Stats stats) {
      this.monitor = monitor;
      String prefix = "overload." + monitor.name() + ".";
      this.pressure = stats.gauge(prefix, "pressure");
      this.failed = stats.counter(prefix, "failed_updates");
      stats.counter(prefix, "skipped_updates");
    }

    void update() {
      try {
        value = monitor.monitor().pressure();
        pressure.set(Math.round(value * 100));
      } catch (IOException e) {
        failed.inc();
        LOG.info("failed to update resource {}: {}", monitor.name(), e.getMessage());
      }
    }
  }

  /**
   * @param active null for a load-shed point, which has only the other
   */
  private record Level(@Nullable Gauge active, Gauge percent) {
    void show(double value) {
      if (active != null) {
        active.set(value >= 1 ? 1 : 0);
      }
      percent.set(Math.round(value * 100));
    }
  }

  /**
   * @param accepting told whether listeners may accept, after each change of that
   */
  public OverloadManager(
      OverloadConfig config,
      List<? extends Worker> workers,
      ControlThread control,
      Stats stats,
      Runtime runtime,
      Consumer<Boolean> accepting) {
    this.config = config;
    this.workers = workers;
    this.control = control;
    this.accepting = accepting;
    this.connections = connections(config, runtime);
    config.monitors().forEach(monitor -> resources.add(new Resource(monitor, stats)));
    for (OverloadAction action : config.actions().keySet()) {
      String prefix = "overload." + action.text() + ".";
      actionLevels.put(
          action, new Level(stats.gauge(prefix, "active"), stats.gauge(prefix, "scale_percent")));
    }
    for (LoadShedPoint point : config.points().keySet()) {
      Gauge percent = stats.gauge("overload." + point.text() + ".", "scale_percent");
      pointLevels.put(point, new Level(null, percent));
    }
    this.delay = stats.histogram("overload.", "refresh_interval_delay", HistogramUnit.MILLISECONDS);
    this.shrinks =
        config.actions().containsKey(OverloadAction.SHRINK_HEAP)
            ? stats.counter("overload." + OverloadAction.SHRINK_HEAP.text() + ".", "shrink_count")
            : null;
  }

  private static @Nullable OpenConnections connections(OverloadConfig config, Runtime runtime) {
    if (config.maxConnections() >= 0) {
      return new OpenConnections(config.maxConnections(), "", runtime);
    }
    return runtime.find(CONNECTION_KEY) == null
        ? null
        : new OpenConnections(Long.MAX_VALUE, CONNECTION_KEY, runtime);
  }

  /** Tells the workers what there is to know; completes when listeners may start. */
  public CompletionStage<Void> start() {
    control.execute(
        () -> {
          if (!config.monitors().isEmpty()) {
            config.monitors().forEach(each -> each.monitor().start(workers));
            lastRefresh = System.nanoTime();
            control.schedule(this::refresh, config.refreshMillis());
          }
        });
    return CompletableFuture.allOf(
        workers.stream()
            .map(
                worker ->
                    CompletableFuture.runAsync(
                        () -> worker.local(WorkerOverload.KEY).configure(config, connections),
                        worker::execute))
            .toArray(CompletableFuture[]::new));
  }

  private void refresh() {
    if (closed) {
      return;
    }
    long now = System.nanoTime();
    delay.record(
        (long) Math.max(0, (now - lastRefresh) / NANOS_PER_MILLI - config.refreshMillis()));
    lastRefresh = now;
    resources.forEach(Resource::update);
    boolean wasAccepting = accepts();
    double[] before = actions.clone();
    double[] pointsBefore = points.clone();
    config.actions().forEach((action, watches) -> actions[action.ordinal()] = level(watches));
    config.points().forEach((point, watches) -> points[point.ordinal()] = level(watches));
    if (!Arrays.equals(before, actions) || !Arrays.equals(pointsBefore, points) || resets()) {
      publish(before);
    }
    if (accepts() != wasAccepting) {
      accepting.accept(accepts());
    }
    control.schedule(this::refresh, config.refreshMillis());
  }

  private double level(List<OverloadConfig.Watch> watches) {
    double highest = 0;
    for (OverloadConfig.Watch watch : watches) {
      if (watch.monitor() >= 0) {
        double pressure = resources.get(watch.monitor()).value;
        highest = Math.max(highest, watch.trigger().value(pressure));
      }
    }
    return highest;
  }

  private boolean accepts() {
    return actions[OverloadAction.STOP_ACCEPTING_CONNECTIONS.ordinal()] < 1;
  }

  /** Whether workers have streams to reset, which they look for each time they are told. */
  private boolean resets() {
    return actions[OverloadAction.RESET_HIGH_MEMORY_STREAM.ordinal()] > 0
        || actions[OverloadAction.CLOSE_IDLE_HTTP_CONNECTIONS.ordinal()] > 0;
  }

  private void publish(double[] before) {
    actionLevels.forEach((action, level) -> level.show(actions[action.ordinal()]));
    pointLevels.forEach((point, level) -> level.show(points[point.ordinal()]));
    int shrink = OverloadAction.SHRINK_HEAP.ordinal();
    if (shrinks != null && actions[shrink] >= 1 && before[shrink] < 1) {
      shrinks.inc();
    }
    double[] actionsNow = actions.clone();
    double[] pointsNow = points.clone();
    for (Worker worker : workers) {
      worker.execute(() -> worker.local(WorkerOverload.KEY).update(actionsNow, pointsNow));
    }
  }

  /** Stops measuring. */
  public void close() {
    closed = true;
    config.monitors().forEach(each -> each.monitor().close());
  }
}
