package io.weir.proxy.config;

import io.weir.filter.Worker;
import io.weir.filter.WorkerSet;
import io.weir.filter.http.RouteConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What one loaded resource opened while it was loaded: things to wait for before it serves, things
 * to close after it. Used on the control thread, or on one other thread in a dry run.
 */
final class LoadScope implements AutoCloseable {
  private final List<Awaited> awaited = new ArrayList<>();
  private final List<Runnable> closers = new ArrayList<>();
  private final List<RouteConfig> routeConfigs = new ArrayList<>();
  private boolean closed;

  /** Something the resource needs, in words for {@code /init_dump}. */
  private record Awaited(CompletableFuture<?> stage, String what) {}

  void await(CompletionStage<?> stage, String what) {
    awaited.add(new Awaited(stage.toCompletableFuture(), what));
  }

  void onClose(Runnable close) {
    closers.add(close);
  }

  /** Route configurations are opened on every worker before the resource serves. */
  void add(RouteConfig config) {
    routeConfigs.add(config);
    closers.add(config::close);
  }

  boolean closed() {
    return closed;
  }

  /** What has not arrived yet. */
  List<String> pending() {
    return awaited.stream().filter(a -> !a.stage.isDone()).map(Awaited::what).toList();
  }

  /**
   * Warms the resource.
   *
   * @param control where the returned stage completes
   * @return completes when everything awaited is there and every worker is prepared; fails with a
   *     {@link WarmingException} naming all that failed
   */
  CompletionStage<Void> warm(WorkerSet workers, Executor control) {
    return settled()
        .thenComposeAsync(
            _ -> {
              String failures = failures();
              return failures.isEmpty()
                  ? openRouteConfigs(workers)
                  : CompletableFuture.failedStage(new WarmingException(failures));
            },
            control)
        .thenRunAsync(() -> {}, control);
  }

  /**
   * Completes when nothing is awaited any more, whatever the outcome; then see {@link #failures}.
   */
  CompletableFuture<Void> settled() {
    return CompletableFuture.allOf(
        awaited.stream()
            .map(a -> a.stage.handle((_, _) -> null))
            .toArray(CompletableFuture[]::new));
  }

  /** What failed, one line each; empty when nothing did. What a dry run cannot do is no failure. */
  String failures() {
    var text = new StringBuilder();
    for (Awaited a : awaited) {
      Throwable failure = a.stage.isCompletedExceptionally() ? a.stage.exceptionNow() : null;
      if (failure != null && !isDryRun(failure)) {
        text.append(text.isEmpty() ? "" : "\n").append(a.what).append(": ").append(reason(failure));
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      closers.reversed().forEach(Runnable::run);
    }
  }

  private CompletionStage<Void> openRouteConfigs(WorkerSet workers) {
    if (routeConfigs.isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    List<RouteConfig> configs = List.copyOf(routeConfigs);
    var done = new CompletableFuture<Void>();
    var pending = new AtomicInteger(workers.all().size());
    for (Worker worker : workers.all()) {
      worker.execute(
          () -> {
            try {
              configs.forEach(config -> config.openWorker(worker));
            } catch (RuntimeException e) {
              done.completeExceptionally(new WarmingException(reason(e)));
            }
            if (pending.decrementAndGet() == 0) {
              done.complete(null);
            }
          });
    }
    return done;
  }

  private static boolean isDryRun(Throwable failure) {
    for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof DryRunException) {
        return true;
      }
    }
    return false;
  }

  /** The innermost exception's words. */
  static String reason(Throwable failure) {
    Throwable cause = cause(failure);
    String message = cause.getMessage();
    return message == null ? cause.toString() : message;
  }

  private static Throwable cause(Throwable failure) {
    Throwable at = failure;
    @Nullable Throwable next = at.getCause();
    while (next != null && at instanceof CompletionException) {
      at = next;
      next = at.getCause();
    }
    return at;
  }
}
