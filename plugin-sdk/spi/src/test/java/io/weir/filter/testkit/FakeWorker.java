package io.weir.filter.testkit;

import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.filter.WorkerLocal;
import io.weir.filter.buffer.Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A worker whose thread is the test's: tasks wait in a queue until {@link #run}, and time stands
 * still until {@link #advance}.
 */
public final class FakeWorker implements Worker {
  /** 2026-01-01T00:00:00Z. */
  public static final long EPOCH_NANOS = 1_767_225_600_000_000_000L;

  private final int index;
  private final Thread thread = Thread.currentThread();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final List<FakeTimer> timers = new ArrayList<>();
  private final Map<Integer, Object> locals = new HashMap<>();
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
  private final FakeStats stats = new FakeStats();
  private final FakeClusters clusters = new FakeClusters(this);
  private long nanos;

  public FakeWorker() {
    this(0);
  }

  public FakeWorker(int index) {
    this.index = index;
  }

  /** Runs what is queued, and what that queues. */
  public void run() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** Lets time pass; timers fire in order, each at its own time. */
  public void advance(long millis) {
    long until = nanos + millis * 1_000_000;
    run();
    for (FakeTimer next = nextTimer(until); next != null; next = nextTimer(until)) {
      nanos = Math.max(nanos, next.deadline);
      next.deadline = -1;
      next.task.run();
      run();
    }
    nanos = until;
  }

  private FakeTimer nextTimer(long until) {
    return timers.stream()
        .filter(timer -> timer.deadline >= 0 && timer.deadline <= until)
        .min(Comparator.comparingLong(timer -> timer.deadline))
        .orElse(null);
  }

  /** The number of timers that are armed. */
  public long armedTimers() {
    return timers.stream().filter(FakeTimer::armed).count();
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public boolean inWorker() {
    return Thread.currentThread() == thread;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Timer newTimer(Runnable task) {
    var timer = new FakeTimer(task);
    timers.add(timer);
    return timer;
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public long wallNanos() {
    return EPOCH_NANOS + nanos;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public FakeStats stats() {
    return stats;
  }

  @Override
  public FakeClusters clusters() {
    return clusters;
  }

  @Override
  public Buffer newBuffer() {
    return new HeapBuffer();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T local(WorkerLocal<T> key) {
    Object value = locals.get(key.slot());
    if (value == null) {
      value = key.initial(this);
      locals.put(key.slot(), value);
    }
    return (T) value;
  }

  private final class FakeTimer implements Timer {
    private final Runnable task;
    private long deadline = -1;

    FakeTimer(Runnable task) {
      this.task = task;
    }

    @Override
    public void arm(long delayMillis) {
      deadline = nanos + delayMillis * 1_000_000;
    }

    @Override
    public void cancel() {
      deadline = -1;
    }

    @Override
    public boolean armed() {
      return deadline >= 0;
    }
  }
}
