package io.weir.proxy.worker;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.weir.filter.Stats;
import io.weir.filter.Worker;
import io.weir.filter.WorkerSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/** The proxy's workers: started together, stopped together. Thread-safe. */
public final class WorkerGroup implements WorkerSet, AutoCloseable {
  // Reserved, not committed: deep enough for interpreters of wasm and Lua.
  private static final long STACK_BYTES = 8L << 20;
  private static final long CLOSE_SECONDS = 10;

  private final EventLoopGroup loops;
  private final List<EventLoopWorker> workers;

  private WorkerGroup(EventLoopGroup loops, List<EventLoopWorker> workers) {
    this.loops = loops;
    this.workers = List.copyOf(workers);
  }

  /**
   * Starts workers.
   *
   * @param concurrency how many, at least one
   * @param stats makes the statistics of the worker of that index
   */
  public static WorkerGroup start(
      int concurrency,
      Transport transport,
      Ticker ticker,
      RandomGenerator random,
      IntFunction<Stats> stats) {
    var loops =
        new MultiThreadIoEventLoopGroup(
            concurrency, new WorkerThreads(), transport.ioHandlerFactory());
    var workers = new ArrayList<EventLoopWorker>(concurrency);
    int index = 0;
    for (EventExecutor loop : loops) {
      workers.add(
          new EventLoopWorker(
              index,
              concurrency,
              (EventLoop) loop,
              ticker,
              transport,
              stats.apply(index),
              random.nextLong()));
      index++;
    }
    return new WorkerGroup(loops, workers);
  }

  @Override
  public List<Worker> all() {
    return List.copyOf(workers);
  }

  /** The workers with what the proxy's own code may use of them, in index order. */
  public List<EventLoopWorker> workers() {
    return workers;
  }

  public int concurrency() {
    return workers.size();
  }

  /** Stops the event loops and waits for them. */
  @Override
  public void close() {
    loops.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** Threads named as Envoy names them, with a stack for interpreters. */
  private static final class WorkerThreads implements ThreadFactory {
    private final AtomicInteger next = new AtomicInteger();

    @Override
    public Thread newThread(Runnable task) {
      var name = "wrk:worker_" + next.getAndIncrement();
      return new FastThreadLocalThread(
          Thread.currentThread().getThreadGroup(), task, name, STACK_BYTES);
    }
  }
}
