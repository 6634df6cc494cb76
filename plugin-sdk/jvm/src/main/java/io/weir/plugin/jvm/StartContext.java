package io.weir.plugin.jvm;

import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.filter.fiber.Fiber;
import io.weir.plugin.ConfigurationException;
import io.weir.plugin.ExchangeEndedError;
import io.weir.plugin.GrpcCalls;
import io.weir.plugin.HttpCalls;
import io.weir.plugin.Log;
import io.weir.plugin.Metric;
import io.weir.plugin.PluginContext;
import io.weir.plugin.SharedData;
import io.weir.plugin.SharedQueue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a plugin is started with on a worker. Used on that worker. */
final class StartContext implements PluginContext, AutoCloseable {
  private final ModuleConfig module;
  private final Worker worker;
  private final SharedValues shared;
  private final PluginCalls calls;
  private final List<Strand> strands = new ArrayList<>();
  private final Map<PluginQueue, PluginQueue.Reader> queues = new HashMap<>();
  private Runnable onTick = () -> {};
  private Consumer<SharedQueue> onQueue = _ -> {};
  private boolean failsOpen;
  private boolean closed;
  private @Nullable StraightCalls http;
  private @Nullable Timer timer;
  private @Nullable Strand tick;
  private int periodMillis;

  StartContext(ModuleConfig module, Worker worker, SharedValues shared, PluginCalls calls) {
    this.module = module;
    this.worker = worker;
    this.shared = shared;
    this.calls = calls;
  }

  @Override
  public String configuration() {
    return module.configuration();
  }

  @Override
  public Log log() {
    return calls.log();
  }

  @Override
  public Metric counter(String name) {
    return WorkerMetric.counter(worker.stats(), name);
  }

  @Override
  public Metric gauge(String name) {
    return WorkerMetric.gauge(worker.stats(), name);
  }

  @Override
  public Metric histogram(String name) {
    return WorkerMetric.histogram(worker.stats(), name);
  }

  @Override
  public SharedData shared() {
    return shared;
  }

  @Override
  public HttpCalls http() {
    return calls();
  }

  @Override
  public GrpcCalls grpc() {
    return calls();
  }

  private StraightCalls calls() {
    checkFibers();
    StraightCalls made = http;
    if (made == null) {
      made = new StraightCalls(worker, calls.budget());
      http = made;
    }
    return made;
  }

  /** Refuses a configuration whose plugin needs what this JVM was not started with. */
  static void checkFibers() {
    String reason = Fiber.unavailable();
    if (reason != null) {
      throw new ConfigurationException("the plugin makes straight-line calls, and " + reason);
    }
  }

  /** Null when the plugin never asked for {@link #http}: its callbacks need not wait. */
  @Nullable StraightCalls straightLine() {
    return http;
  }

  @Override
  public void tickEvery(int millis) {
    stopTimer();
    periodMillis = millis;
    if (millis > 0) {
      timer = worker.newTimer(this::ticked);
      timer.arm(millis);
    }
  }

  @Override
  public SharedQueue queue(String name) {
    PluginQueue queue = shared.queue(name);
    var reader = new PluginQueue.Reader(worker, this::added);
    queues.put(queue, reader);
    queue.open(reader);
    return queue;
  }

  @Override
  public void failOpen(boolean open) {
    failsOpen = open;
  }

  /** Whether the plugin wants exchanges to go on when it fails. */
  boolean failsOpen() {
    return failsOpen;
  }

  /** What ticks and queues call; the plugin exists only after its context. */
  void onEvents(Runnable tick, Consumer<SharedQueue> queue) {
    onTick = tick;
    onQueue = queue;
  }

  private void added(SharedQueue queue) {
    if (closed) {
      return;
    }
    StraightCalls straightLine = http;
    if (straightLine == null) {
      guarded("onQueue", () -> onQueue.accept(queue));
      return;
    }
    strands.removeIf(Strand::done);
    var strand = new Strand(straightLine, () -> guarded("onQueue", () -> onQueue.accept(queue)));
    strands.add(strand);
    strand.resume();
  }

  private void ticked() {
    Timer armed = timer;
    if (armed == null) {
      return;
    }
    armed.arm(periodMillis);
    StraightCalls straightLine = http;
    Strand last = tick;
    if (straightLine == null) {
      guarded("onTick", onTick);
    } else if (last == null || last.done()) {
      last = new Strand(straightLine, () -> guarded("onTick", onTick));
      tick = last;
      last.resume();
    }
  }

  private void guarded(String name, Runnable callback) {
    int outer = calls.budget().enter();
    try {
      callback.run();
    } catch (ExchangeEndedError e) {
      // The configuration is gone, and with it whoever waited.
    } catch (Throwable e) {
      calls.failed(name, e);
    } finally {
      calls.budget().exit(outer);
    }
  }

  private void stopTimer() {
    Timer armed = timer;
    if (armed != null) {
      armed.cancel();
      timer = null;
    }
  }

  /** Ends the ticks, and what waits. */
  @Override
  public void close() {
    closed = true;
    stopTimer();
    queues.forEach(PluginQueue::leave);
    strands.forEach(Strand::abandon);
    Strand waiting = tick;
    if (waiting != null) {
      waiting.abandon();
    }
  }
}
