package io.weir.proxy.config;

import io.weir.filter.Stats;
import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.filter.WorkerLocal;
import io.weir.filter.WorkerSet;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.ClusterClient;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A worker without an event loop, so that loaders have a set of workers to size tables by. What it
 * is given runs at once, and fails with {@link DryRunException} where it needs more than that.
 */
final class DryRun implements Worker {
  static final WorkerSet WORKERS =
      new WorkerSet() {
        private final List<Worker> workers = List.of(new DryRun());

        @Override
        public List<Worker> all() {
          return workers;
        }

        @Override
        public void prepare(WorkerLocal<?> key) {
          // Nothing will need it.
        }
      };

  private DryRun() {}

  @Override
  public int index() {
    return 0;
  }

  @Override
  public boolean inWorker() {
    return false;
  }

  @Override
  public void execute(Runnable task) {
    task.run();
  }

  @Override
  public Timer newTimer(Runnable task) {
    throw unavailable();
  }

  @Override
  public long nanoTime() {
    throw unavailable();
  }

  @Override
  public long wallNanos() {
    throw unavailable();
  }

  @Override
  public RandomGenerator random() {
    throw unavailable();
  }

  @Override
  public Stats stats() {
    throw unavailable();
  }

  @Override
  public ClusterClient clusters() {
    throw unavailable();
  }

  @Override
  public Buffer newBuffer() {
    throw unavailable();
  }

  @Override
  public <T> T local(WorkerLocal<T> key) {
    throw unavailable();
  }

  private static DryRunException unavailable() {
    return DryRunException.needsWorker();
  }
}
