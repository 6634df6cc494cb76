package io.weir.plugin.jvm;

import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.plugin.Log;
import io.weir.plugin.Metric;
import io.weir.plugin.PluginContext;
import io.weir.plugin.SharedData;
import org.jspecify.annotations.Nullable;

/** What a plugin is started with on a worker. Used on that worker. */
final class StartContext implements PluginContext, AutoCloseable {
  private final String configuration;
  private final Log log;
  private final Worker worker;
  private final SharedValues shared;
  private final Runnable tick;
  private @Nullable Timer timer;
  private int periodMillis;

  /**
   * @param tick what a tick does, whatever it throws
   */
  StartContext(ModuleConfig module, Log log, Worker worker, SharedValues shared, Runnable tick) {
    this.configuration = module.configuration();
    this.log = log;
    this.worker = worker;
    this.shared = shared;
    this.tick = tick;
  }

  @Override
  public String configuration() {
    return configuration;
  }

  @Override
  public Log log() {
    return log;
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
  public void tickEvery(int millis) {
    close();
    periodMillis = millis;
    if (millis > 0) {
      timer = worker.newTimer(this::ticked);
      timer.arm(millis);
    }
  }

  private void ticked() {
    Timer armed = timer;
    if (armed != null) {
      armed.arm(periodMillis);
      tick.run();
    }
  }

  /** Ends the ticks. */
  @Override
  public void close() {
    Timer armed = timer;
    if (armed != null) {
      armed.cancel();
      timer = null;
    }
  }
}
