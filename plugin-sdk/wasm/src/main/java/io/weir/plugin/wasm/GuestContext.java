package io.weir.plugin.wasm;

import io.weir.plugin.GrpcCalls;
import io.weir.plugin.HttpCalls;
import io.weir.plugin.Log;
import io.weir.plugin.Metric;
import io.weir.plugin.PluginContext;
import io.weir.plugin.SharedData;
import io.weir.plugin.SharedQueue;

/** The configuration of a root context. */
final class GuestContext implements PluginContext {
  private final int root;
  private final String configuration;

  GuestContext(int root, int configurationLength) {
    this.root = root;
    configuration = Bytes.decode(GuestBody.read(Abi.PLUGIN_CONFIGURATION, 0, configurationLength));
  }

  @Override
  public String configuration() {
    return configuration;
  }

  @Override
  public Metric counter(String name) {
    return new GuestMetric(GuestMetric.COUNTER, name);
  }

  @Override
  public Metric gauge(String name) {
    return new GuestMetric(GuestMetric.GAUGE, name);
  }

  @Override
  public Metric histogram(String name) {
    return new GuestMetric(GuestMetric.HISTOGRAM, name);
  }

  @Override
  public SharedData shared() {
    return GuestSharedData.INSTANCE;
  }

  @Override
  public HttpCalls http() {
    return GuestHttp.INSTANCE;
  }

  @Override
  public GrpcCalls grpc() {
    return GuestGrpc.INSTANCE;
  }

  @Override
  public SharedQueue queue(String name) {
    return GuestQueue.open(name);
  }

  @Override
  public void failOpen(boolean open) {
    FailurePolicy.set(root, open);
  }

  @Override
  public void tickEvery(int millis) {
    Abi.setTickPeriod(millis);
  }

  @Override
  public Log log() {
    return GuestLog.INSTANCE;
  }
}
