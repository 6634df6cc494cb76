package io.weir.proxy.worker;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The single thread that owns configuration: resources, warming, subscriptions, secrets, DNS and
 * health results, draining. It never touches a live stream; workers get its results as tasks.
 */
public final class ControlThread implements Executor, AutoCloseable {
  private static final long CALL_SECONDS = 10;

  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
  private final ScheduledThreadPoolExecutor executor;
  private final Consumer<Throwable> failures;

  /**
   * @param failures told of exceptions that a task let escape
   */
  public ControlThread(Consumer<Throwable> failures) {
    this.failures = failures;
    this.executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = Thread.ofPlatform().name("control").daemon().unstarted(task);
              thread.set(made);
              return made;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    // What comes when everything has ended is of no use to anybody.
    executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Runs {@code task} after those that were given before. Any thread. */
  @Override
  public void execute(Runnable task) {
    executor.execute(guarded(task));
  }

  /** Runs {@code task} once, later, unless the thread ends before. Any thread. */
  public Future<?> schedule(Runnable task, long delayMillis) {
    try {
      return executor.schedule(guarded(task), delayMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Computes something on the control thread and waits for it; for admin requests, never for a
   * worker.
   *
   * @throws IllegalStateException when the computation fails or takes too long
   */
  public <T> T call(Callable<T> computation) throws InterruptedException {
    if (executor.isShutdown()) {
      throw new IllegalStateException("the control thread has ended");
    }
    Future<T> result = executor.submit(computation);
    try {
      return result.get(CALL_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      result.cancel(false);
      throw new IllegalStateException("the control thread is busy", e);
    }
  }

  public boolean inControl() {
    return Thread.currentThread() == thread.get();
  }

  /** Runs what was given already, and nothing more; waits for that unless called by itself. */
  @Override
  public void close() {
    executor.shutdown();
    if (inControl()) {
      return;
    }
    try {
      executor.awaitTermination(CALL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (Throwable e) {
        failures.accept(e);
      }
    };
  }
}
