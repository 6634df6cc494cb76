package io.weir.proxy.worker;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.weir.filter.Stats;
import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.filter.WorkerLocal;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.ClusterClient;
import io.weir.proxy.buffer.NettyBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A worker on a Netty event loop. */
public final class EventLoopWorker implements Worker {
  private final int index;
  private final EventLoop loop;
  private final Ticker ticker;
  private final Transport transport;
  private final Stats stats;
  private final TimerWheel timers;
  private final RandomGenerator random;
  private final ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
  private @Nullable Object[] locals = new Object[16];
  private @Nullable ClusterClient clusters;
  private @Nullable Future<?> wakeUp;
  private final int concurrency;
  private final List<Runnable> atEndOfBatch = new ArrayList<>();
  private final Runnable endOfBatch = this::runEndOfBatch;
  private boolean endOfBatchScheduled;
  private long connections;

  EventLoopWorker(
      int index,
      int concurrency,
      EventLoop loop,
      Ticker ticker,
      Transport transport,
      Stats stats,
      long seed) {
    this.index = index;
    this.concurrency = concurrency;
    this.loop = loop;
    this.ticker = ticker;
    this.transport = transport;
    this.stats = stats;
    this.random = new SplittableRandom(seed);
    this.timers = new TimerWheel(ticker, this::wakeAfter);
  }

  /** The event loop, for channels of this worker. */
  public EventLoop loop() {
    return loop;
  }

  public Transport transport() {
    return transport;
  }

  public ByteBufAllocator allocator() {
    return allocator;
  }

  /** Gives the worker its clusters; called once, on its thread, before listeners are opened. */
  public void attach(ClusterClient client) {
    clusters = client;
  }

  /** An id for a connection, unique in the process. */
  public long nextConnectionId() {
    return index + concurrency * connections++;
  }

  /**
   * Runs {@code task} once the event loop has handled the sockets that are ready now, so that what
   * they write goes out in one system call per connection. On the worker's thread. The task runs as
   * often as it was given: keep a flag.
   */
  public void atEndOfBatch(Runnable task) {
    atEndOfBatch.add(task);
    if (!endOfBatchScheduled) {
      endOfBatchScheduled = true;
      loop.execute(endOfBatch);
    }
  }

  /** Runs the timers that are due; for tests that move the clock. On the worker's thread. */
  public void runDueTimers() {
    timers.expire();
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public boolean inWorker() {
    return loop.inEventLoop();
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public Timer newTimer(Runnable task) {
    return timers.newTimer(task);
  }

  @Override
  public long nanoTime() {
    return ticker.nanoTime();
  }

  @Override
  public long wallNanos() {
    return ticker.wallNanos();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Stats stats() {
    return stats;
  }

  @Override
  public ClusterClient clusters() {
    if (clusters == null) {
      throw new IllegalStateException("clusters are not attached yet");
    }
    return clusters;
  }

  @Override
  public Buffer newBuffer() {
    return new NettyBuffer(allocator);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T local(WorkerLocal<T> key) {
    int slot = key.slot();
    if (slot >= locals.length) {
      locals = Arrays.copyOf(locals, Math.max(slot + 1, locals.length * 2));
    }
    Object value = locals[slot];
    if (value == null) {
      value = key.initial(this);
      // initial() may have used other slots and replaced the array.
      locals[slot] = value;
    }
    return (T) value;
  }

  private void runEndOfBatch() {
    endOfBatchScheduled = false;
    // Tasks given meanwhile run too; flushing one connection may write to another.
    for (int i = 0; i < atEndOfBatch.size(); i++) {
      atEndOfBatch.get(i).run();
    }
    atEndOfBatch.clear();
  }

  private void wakeAfter(long millis) {
    if (wakeUp != null) {
      wakeUp.cancel(false);
    }
    wakeUp = loop.schedule(timers::expire, millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public String toString() {
    return "worker_" + index;
  }
}
