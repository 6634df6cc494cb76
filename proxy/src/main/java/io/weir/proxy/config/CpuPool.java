package io.weir.proxy.config;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the bounded pool for compilation; its threads end when there is nothing to do. It may use
 * every core until {@link #serve}, half of them while workers need the rest.
 */
final class CpuPool {
  private static final long IDLE_SECONDS = 10;
  private static final long STACK_BYTES = 8L << 20;

  private CpuPool() {}

  static ThreadPoolExecutor create() {
    int threads = Runtime.getRuntime().availableProcessors();
    var next = new AtomicInteger();
    var pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task ->
                Thread.ofPlatform()
                    .name("cpu_" + next.getAndIncrement())
                    .daemon()
                    .stackSize(STACK_BYTES)
                    .unstarted(task));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** From now on there is traffic. */
  static void serve(ThreadPoolExecutor pool) {
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    pool.setCorePoolSize(threads);
    pool.setMaximumPoolSize(threads);
  }
}
