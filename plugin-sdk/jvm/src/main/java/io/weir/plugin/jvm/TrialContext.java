package io.weir.plugin.jvm;

import io.weir.plugin.ConfigurationException;
import io.weir.plugin.GrpcCalls;
import io.weir.plugin.HttpCalls;
import io.weir.plugin.Log;
import io.weir.plugin.Metric;
import io.weir.plugin.PluginContext;
import io.weir.plugin.SharedData;
import io.weir.plugin.SharedQueue;

/**
 * What a plugin is started with while its configuration is only tried: nothing has an effect.
 *
 * @param waits whether the plugin's callbacks can
 */
record TrialContext(String configuration, Log log, boolean waits) implements PluginContext {
  private static final Metric NONE =
      new Metric() {
        @Override
        public void add(long amount) {}

        @Override
        public void record(long value) {}
      };

  private static final String TOO_EARLY = "calls are not possible in start";
  private static final HttpCalls NO_CALLS =
      _ -> {
        throw new IllegalStateException(TOO_EARLY);
      };
  private static final GrpcCalls NO_GRPC_CALLS =
      _ -> {
        throw new IllegalStateException(TOO_EARLY);
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
    checkWaits();
    return NO_CALLS;
  }

  @Override
  public GrpcCalls grpc() {
    checkWaits();
    return NO_GRPC_CALLS;
  }

  private void checkWaits() {
    if (!waits) {
      throw new ConfigurationException(
          "callbacks of connections cannot wait: use Connection.call or grpc in place of"
              + " PluginContext.http or grpc");
    }
    StartContext.checkFibers();
  }

  @Override
  public SharedQueue queue(String name) {
    return new PluginQueue(name);
  }

  @Override
  public void failOpen(boolean open) {}

  @Override
  public void tickEvery(int millis) {}
}
