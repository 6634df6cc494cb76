package io.weir.proxy.worker;

import io.weir.filter.Worker;
import io.weir.filter.WorkerSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A dynamic value that every worker reads without synchronisation: a route table, a cluster, a
 * filter's configuration. The control thread publishes, each worker stores its copy in one task; a
 * stream captures the value when it starts and keeps it.
 *
 * @param <T> what a worker reads; may be a per-worker object
 */
public final class Slot<T> {
  private final WorkerSet workers;
  // Element i is read and written by worker i only.
  private final @Nullable Object[] values;

  public Slot(WorkerSet workers) {
    this.workers = workers;
    this.values = new Object[workers.all().size()];
  }

  /** The value on a worker's own thread, null before the first publication. */
  @SuppressWarnings("unchecked")
  public @Nullable T get(Worker worker) {
    return (T) values[worker.index()];
  }

  /**
   * Gives every worker its value.
   *
   * @param make makes a worker's value, on that worker's thread; returning null empties the slot
   * @return completes after all workers have stored theirs; fails with the first exception of
   *     {@code make}, in which case the workers where it failed keep their old value
   */
  public CompletionStage<Void> publish(Function<Worker, @Nullable T> make) {
    var done = new CompletableFuture<Void>();
    var pending = new AtomicInteger(workers.all().size());
    for (Worker worker : workers.all()) {
      worker.execute(
          () -> {
            try {
              set(worker, make.apply(worker));
            } catch (Throwable e) {
              done.completeExceptionally(e);
            }
            if (pending.decrementAndGet() == 0) {
              done.complete(null);
            }
          });
    }
    return done;
  }

  /** Stores the value of the calling worker. */
  public void set(Worker worker, @Nullable T value) {
    values[worker.index()] = value;
  }
}
