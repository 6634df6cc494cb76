package io.weir.proxy.worker;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The single thread that owns configuration: resources, warming, subscriptions, secrets, DNS and
 * health results, draining. It never touches a live stream; workers get its results as tasks.
 */
public final class ControlThread implements Executor, AutoCloseable {
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
  }

  /** Runs {@code task} after those that were given before. Any thread. */
  @Override
  public void execute(Runnable task) {
    if (!executor.isShutdown()) {
      executor.execute(guarded(task));
    }
  }

  /** Runs {@code task} once, later. Any thread. */
  public Future<?> schedule(Runnable task, long delayMillis) {
    return executor.schedule(guarded(task), delayMillis, TimeUnit.MILLISECONDS);
  }

  public boolean inControl() {
    return Thread.currentThread() == thread.get();
  }

  /** Runs what was given already, and nothing more. */
  @Override
  public void close() {
    executor.shutdown();
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
