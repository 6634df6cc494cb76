package io.weir.proxy.listener;

import com.google.protobuf.ByteString;
import io.weir.filter.WorkerLocal;
import io.weir.proxy.worker.EventLoopWorker;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One version of a listener, open on all workers, from before its first connection until after its
 * last. Owned by the control thread.
 */
final class ListenerVersion {
  private final ListenerConfig config;
  private final List<EventLoopWorker> workers;
  private final Executor control;
  private final Runnable unused;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  // Element i is made and used by worker i; read here only after it told so.
  private final @Nullable WorkerListener[] listeners;
  private int open;

  private ListenerVersion(
      ListenerConfig config, List<EventLoopWorker> workers, Executor control, Runnable unused) {
    this.config = config;
    this.workers = workers;
    this.control = control;
    this.unused = unused;
    this.listeners = new WorkerListener[workers.size()];
  }

  /**
   * Opens filter chains on every worker.
   *
   * @param unused called on the control thread when the last worker has closed the version
   * @return fails when a filter cannot be opened; nothing is left open then
   */
  static CompletionStage<ListenerVersion> open(
      ListenerConfig config,
      List<EventLoopWorker> workers,
      WorkerLocal<HandOffTable> handOffs,
      Executor control,
      Runnable unused) {
    var version = new ListenerVersion(config, workers, control, unused);
    var result = new CompletableFuture<ListenerVersion>();
    var pending = new int[] {workers.size()};
    var failures = new CompletableFuture<Void>();
    for (EventLoopWorker worker : workers) {
      worker.execute(
          () -> {
            Throwable failure = version.openWorker(worker, worker.local(handOffs));
            control.execute(
                () -> {
                  if (failure == null) {
                    version.open++;
                  } else {
                    failures.completeExceptionally(failure);
                  }
                  if (--pending[0] == 0) {
                    version.finishOpening(result, failures);
                  }
                });
          });
    }
    return result;
  }

  private @Nullable Throwable openWorker(EventLoopWorker worker, HandOffTable handOffs) {
    try {
      listeners[worker.index()] =
          new WorkerListener(config, worker, handOffs, () -> control.execute(this::onWorkerClosed));
      return null;
    } catch (Throwable failure) {
      return failure;
    }
  }

  private void finishOpening(
      CompletableFuture<ListenerVersion> result, CompletableFuture<Void> failures) {
    if (failures.isCompletedExceptionally()) {
      if (open == 0) {
        end();
      } else {
        retire();
      }
      failures.whenComplete((_, failure) -> result.completeExceptionally(failure));
    } else {
      result.complete(this);
    }
  }

  private void onWorkerClosed() {
    if (--open == 0) {
      end();
    }
  }

  private void end() {
    unused.run();
    closed.complete(null);
  }

  /** Completes on the control thread when no worker has the version open any more. */
  CompletionStage<Void> closed() {
    return closed;
  }

  ListenerConfig config() {
    return config;
  }

  /** The listener on each worker, by index. */
  WorkerListener[] targets() {
    var all = new WorkerListener[listeners.length];
    for (int i = 0; i < all.length; i++) {
      WorkerListener listener = listeners[i];
      if (listener == null) {
        throw new IllegalStateException("worker " + i + " is not open");
      }
      all[i] = listener;
    }
    return all;
  }

  /** Makes it the version that other listeners hand connections to. */
  void activate() {
    onWorkers(WorkerListener::activate);
  }

  /** No new connection will come. */
  void retire() {
    onWorkers(WorkerListener::retire);
  }

  void startDrain(long totalMillis, Set<ByteString> survivors) {
    onWorkers(listener -> listener.startDrain(totalMillis, survivors));
  }

  void endDrain() {
    onWorkers(WorkerListener::endDrain);
  }

  void closeConnections(String details) {
    onWorkers(listener -> listener.closeConnections(details));
  }

  void setHealthCheckFailed(boolean failed) {
    onWorkers(listener -> listener.setHealthCheckFailed(failed));
  }

  private void onWorkers(Consumer<WorkerListener> action) {
    for (EventLoopWorker worker : workers) {
      worker.execute(
          () -> {
            WorkerListener listener = listeners[worker.index()];
            if (listener != null) {
              action.accept(listener);
            }
          });
    }
  }
}
