package io.weir.filter;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.ClusterClient;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * One event loop and all that it owns: sockets, streams, pools, timers, statistics, wasm VMs, Lua
 * globals. Every method but {@link #execute}, {@link #index} and {@link #inWorker} must be called
 * on its own thread.
 */
public interface Worker extends Executor {

  /** 0 to concurrency − 1. */
  int index();

  /** Whether the calling thread is this worker's. */
  boolean inWorker();

  /** Runs {@code task} on this worker, later; may be called from any thread. */
  @Override
  void execute(Runnable task);

  /** A disarmed timer that runs {@code task} on this worker. */
  Timer newTimer(Runnable task);

  /** Monotonic time in nanoseconds, from the injected clock. */
  long nanoTime();

  /** Wall time in nanoseconds since the epoch, from the injected clock. */
  long wallNanos();

  default long wallMillis() {
    return wallNanos() / 1_000_000;
  }

  RandomGenerator random();

  /** This worker's statistics. */
  Stats stats();

  /** Call-outs to the proxy's clusters. */
  ClusterClient clusters();

  /** An empty buffer, owned by the caller. */
  Buffer newBuffer();

  /**
   * The worker's copy of {@code key}'s value, made by {@link WorkerLocal#initial} on first use.
   *
   * @param <T> the value's type
   */
  <T> T local(WorkerLocal<T> key);
}
