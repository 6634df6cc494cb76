package io.weir.proxy.overload;

import io.weir.filter.Counter;
import io.weir.filter.Worker;
import io.weir.filter.WorkerLocal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one worker knows of the overload: how far each action is in force, whether work is to be
 * refused. Used on the worker's thread; nothing is in force until the manager says so.
 */
public final class WorkerOverload {
  public static final WorkerLocal<WorkerOverload> KEY = new WorkerLocal<>(WorkerOverload::new);

  private final Worker worker;
  private final double[] actions = new double[OverloadAction.values().length];
  private final double[] points = new double[LoadShedPoint.values().length];
  private final @Nullable Counter[] shedCounts = new Counter[points.length];
  private final List<Runnable> watchers = new ArrayList<>();
  private Map<OverloadTimer, OverloadConfig.Shortest> timers = Map.of();
  private @Nullable OpenConnections connections;
  private int accountPower;
  private boolean active;

  private WorkerOverload(Worker worker) {
    this.worker = worker;
  }

  /** For what the overload manager must leave alone. */
  public static WorkerOverload none(Worker worker) {
    return new WorkerOverload(worker);
  }

  void configure(OverloadConfig config, @Nullable OpenConnections open) {
    timers = config.timers();
    accountPower = config.accountPower();
    connections = open;
    for (LoadShedPoint point : config.points().keySet()) {
      shedCounts[point.ordinal()] =
          worker.stats().counter("overload." + point.text() + ".", "shed_load_count");
    }
  }

  void update(double[] newActions, double[] newPoints) {
    System.arraycopy(newActions, 0, actions, 0, actions.length);
    System.arraycopy(newPoints, 0, points, 0, points.length);
    active = false;
    for (double value : actions) {
      active |= value > 0;
    }
    for (double value : points) {
      active |= value > 0;
    }
    List.copyOf(watchers).forEach(Runnable::run);
  }

  /** Runs {@code watcher} after every change. */
  public void watch(Runnable watcher) {
    watchers.add(watcher);
  }

  public void unwatch(Runnable watcher) {
    watchers.remove(watcher);
  }

  /** Whether anything at all is in force. */
  public boolean active() {
    return active;
  }

  /** How far an action is in force, 0 to 1. */
  public double value(OverloadAction action) {
    return actions[action.ordinal()];
  }

  /** Decides by chance whether an action that is in force in part concerns the case at hand. */
  public boolean concerns(OverloadAction action) {
    return active && chance(actions[action.ordinal()]);
  }

  /** Decides whether the work at hand is refused, and counts it then. */
  public boolean sheds(LoadShedPoint point) {
    if (!active || !chance(points[point.ordinal()])) {
      return false;
    }
    Counter count = shedCounts[point.ordinal()];
    if (count != null) {
      count.inc();
    }
    return true;
  }

  private boolean chance(double value) {
    return value > 0 && (value >= 1 || worker.random().nextDouble() < value);
  }

  /** A timeout as short as the load makes it. */
  public long shortened(OverloadTimer timer, long timeoutMillis) {
    double value = actions[OverloadAction.REDUCE_TIMEOUTS.ordinal()];
    OverloadConfig.Shortest shortest = value > 0 ? timers.get(timer) : null;
    if (shortest == null) {
      return timeoutMillis;
    }
    long least = shortest.of(timeoutMillis);
    return least + (long) ((timeoutMillis - least) * (1 - value));
  }

  /**
   * From how many bytes on a stream is reset for the memory it holds; {@link Long#MAX_VALUE} while
   * none is. The more pressure, the smaller streams are among them, in steps of two to one.
   */
  public long resetFrom() {
    double value = actions[OverloadAction.RESET_HIGH_MEMORY_STREAM.ordinal()];
    if (value <= 0 || accountPower == 0) {
      return Long.MAX_VALUE;
    }
    int classes = Math.min(CLASSES, (int) (value * CLASSES) + 1);
    return 1L << (accountPower + CLASSES - classes);
  }

  private static final int CLASSES = 8;

  /** The limit on connections of all listeners; null when there is none. */
  public @Nullable OpenConnections connections() {
    return connections;
  }
}
