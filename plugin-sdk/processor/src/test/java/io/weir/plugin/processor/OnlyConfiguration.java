package io.weir.plugin.processor;

import io.weir.plugin.HttpCalls;
import io.weir.plugin.Log;
import io.weir.plugin.Metric;
import io.weir.plugin.PluginContext;
import io.weir.plugin.SharedData;

/** A context of a plugin that only reads its configuration. */
record OnlyConfiguration(String configuration) implements PluginContext {
  @Override
  public Log log() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Metric counter(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Metric gauge(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Metric histogram(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SharedData shared() {
    throw new UnsupportedOperationException();
  }

  @Override
  public HttpCalls http() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void tickEvery(int millis) {
    throw new UnsupportedOperationException();
  }

  @Override
  public io.weir.plugin.GrpcCalls grpc() {
    throw new UnsupportedOperationException();
  }

  @Override
  public io.weir.plugin.SharedQueue queue(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void failOpen(boolean open) {
    throw new UnsupportedOperationException();
  }
}
