package io.weir.plugin.jvm;

import io.weir.plugin.HttpCalls;
import io.weir.plugin.Log;
import io.weir.plugin.Metric;
import io.weir.plugin.PluginContext;
import io.weir.plugin.SharedData;

/** What a plugin is started with while its configuration is only tried: nothing has an effect. */
record TrialContext(String configuration, Log log) implements PluginContext {
  private static final Metric NONE =
      new Metric() {
        @Override
        public void add(long amount) {}

        @Override
        public void record(long value) {}
      };

  private static final HttpCalls NO_CALLS =
      _ -> {
        throw new IllegalStateException("calls are not possible in start");
      };

  @Override
  public Metric counter(String name) {
    return NONE;
  }

  @Override
  public Metric gauge(String name) {
    return NONE;
  }

  @Override
  public Metric histogram(String name) {
    return NONE;
  }

  @Override
  public SharedData shared() {
    return new SharedValues();
  }

  @Override
  public HttpCalls http() {
    StartContext.checkFibers();
    return NO_CALLS;
  }

  @Override
  public void tickEvery(int millis) {}
}
