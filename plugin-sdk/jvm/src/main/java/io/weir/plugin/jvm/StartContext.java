package io.weir.plugin.jvm;

import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.filter.fiber.Fiber;
import io.weir.plugin.ConfigurationException;
import io.weir.plugin.ExchangeEndedError;
import io.weir.plugin.HttpCalls;
import io.weir.plugin.Log;
import io.weir.plugin.Metric;
import io.weir.plugin.PluginContext;
import io.weir.plugin.SharedData;
import org.jspecify.annotations.Nullable;

/** What a plugin is started with on a worker. Used on that worker. */
final class StartContext implements PluginContext, AutoCloseable {
  private final ModuleConfig module;
  private final Worker worker;
  private final SharedValues shared;
  private final PluginCalls calls;
  private Runnable onTick = () -> {};
  private @Nullable PluginHttp http;
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
    checkFibers();
    PluginHttp made = http;
    if (made == null) {
      made = new PluginHttp(worker.clusters(), calls.budget());
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
  @Nullable PluginHttp straightLine() {
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

  /** What a tick calls; the plugin exists only after its context. */
  void onTick(Runnable callback) {
    onTick = callback;
  }

  private void ticked() {
    Timer armed = timer;
    if (armed == null) {
      return;
    }
    armed.arm(periodMillis);
    PluginHttp straightLine = http;
    Strand last = tick;
    if (straightLine == null) {
      tick();
    } else if (last == null || last.done()) {
      last = new Strand(straightLine, this::tick);
      tick = last;
      last.resume();
    }
  }

  private void tick() {
    int outer = calls.budget().enter();
    try {
      onTick.run();
    } catch (ExchangeEndedError e) {
      // The configuration is gone, and with it whoever waited.
    } catch (Throwable e) {
      calls.failed("onTick", e);
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

  /** Ends the ticks. */
  @Override
  public void close() {
    stopTimer();
    Strand waiting = tick;
    if (waiting != null) {
      waiting.abandon();
    }
  }
}
