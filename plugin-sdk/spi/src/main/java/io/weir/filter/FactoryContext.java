package io.weir.filter;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a factory may use while it loads one configuration. Valid during the call that received it;
 * the values that its methods return may be kept.
 */
public interface FactoryContext {

  /** Where to report what is wrong. A factory that reported a problem returns null. */
  Problems problems();

  /**
   * Parses {@code any} and checks it against its validation rules and this proxy's supported
   * fields. A {@code TypedStruct} is converted first.
   *
   * @return the message, or null when problems were reported
   */
  <M extends Message> @Nullable M unpack(Any any, M prototype);

  /**
   * Parses and checks a message that has no compiled class; its fields are read by {@link #field}.
   *
   * @return the message, or null when problems were reported
   */
  default @Nullable Message unpack(Any any) {
    problems().add("", "there is no message class for " + any.getTypeUrl());
    return null;
  }

  /**
   * The value of a field that may be newer than the compiled message classes.
   *
   * @return the value as protobuf reflection gives it, or null when the field is not set
   */
  @Nullable Object field(Message message, String name);

  /**
   * A message as JSON text, proto field names kept, for configuration that travels as a message and
   * is handed to a plugin as text.
   */
  String toJson(Message message);

  /** This proxy's identity. */
  NodeInfo node();

  /** The prefix that Envoy puts before this extension's statistics, {@code http.ingress.} say. */
  String statPrefix();

  /** The listener or cluster that the extension is loaded for. */
  TrafficDirection direction();

  /** Metadata of the listener that the extension is loaded for; empty outside listeners. */
  Metadata listenerMetadata();

  /**
   * Where {@code dynamic_module_config.name} finds its jar; null when {@code --plugin-dir} is not
   * given.
   */
  @Nullable Path pluginDir();

  /** Bounded pool for compilation and other CPU work off the event loops. */
  Executor cpuPool();

  /**
   * A whole number that an operator set in the runtime layers.
   *
   * @return the key's value, or {@code fallback} when it is absent or not a number
   */
  default long runtimeValue(String key, long fallback) {
    return fallback;
  }

  /** Where a plugin's runtime registers what it runs, for {@code /plugins}. */
  default PluginRegistry plugins() {
    return PluginRegistry.NONE;
  }

  /** The workers that will run the configuration, in index order. */
  WorkerSet workers();

  /** Whether a cluster of this name is configured now. */
  boolean hasCluster(String name);

  /**
   * Reads a file, inline bytes, inline string or environment variable, as the message {@code
   * envoy.config.core.v3.DataSource} says.
   *
   * @return the bytes, or null when a problem was reported under {@code path}
   */
  byte @Nullable [] read(Message dataSource, String path);

  /**
   * Fetches {@code envoy.config.core.v3.RemoteDataSource} through a cluster, with its retries, and
   * checks its sha256.
   */
  CompletionStage<byte[]> fetch(Message remoteDataSource);
}
