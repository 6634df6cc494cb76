package io.weir.filter.testkit;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.weir.filter.FactoryContext;
import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo;
import io.weir.filter.PluginRegistry;
import io.weir.filter.Problems;
import io.weir.filter.RunningPlugin;
import io.weir.filter.TrafficDirection;
import io.weir.filter.Value;
import io.weir.filter.Worker;
import io.weir.filter.WorkerSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A factory's context; problems are collected as {@code path: reason (hint)}. */
public final class FakeContext implements FactoryContext {
  public final List<String> problems = new ArrayList<>();
  public final List<String> warnings = new ArrayList<>();

  /** What {@link #read} answers, by the data source's text form; {@link #reader} wins. */
  public Function<Message, byte @Nullable []> reader = _ -> null;

  public Function<Message, CompletionStage<byte[]>> fetcher =
      _ -> CompletableFuture.failedStage(new IllegalStateException("nothing to fetch"));

  /** Fields newer than the message classes, by name. */
  public final Map<String, Object> newerFields = new HashMap<>();

  /** Parses messages that have no compiled class; their fields are {@link #newerFields}. */
  public Function<Any, @Nullable Message> unpacker = _ -> null;

  public final List<Worker> workers = new ArrayList<>();
  public NodeInfo node =
      new NodeInfo("node", "cluster", Value.MapValue.EMPTY, NodeInfo.Locality.NONE);
  public @Nullable Path pluginDir;
  public Executor cpuPool = Runnable::run;
  public TrafficDirection direction = TrafficDirection.UNSPECIFIED;
  public Metadata listenerMetadata = Metadata.EMPTY;

  public FakeContext(Worker... workers) {
    this.workers.addAll(List.of(workers));
  }

  /** What an operator set, by key. */
  public final Map<String, Long> runtime = new HashMap<>();

  @Override
  public long runtimeValue(String key, long fallback) {
    return runtime.getOrDefault(key, fallback);
  }

  /** The plugins that registered themselves, while they are registered. */
  public final List<RunningPlugin> shown = new ArrayList<>();

  @Override
  public PluginRegistry plugins() {
    return plugin -> {
      shown.add(plugin);
      return () -> shown.remove(plugin);
    };
  }

  @Override
  public Problems problems() {
    return new Prefixed("");
  }

  private final class Prefixed implements Problems {
    private final String prefix;

    Prefixed(String prefix) {
      this.prefix = prefix;
    }

    private String join(String path) {
      return prefix.isEmpty() || path.isEmpty() ? prefix + path : prefix + "." + path;
    }

    @Override
    public void add(String path, String reason, String hint) {
      problems.add(join(path) + ": " + reason + (hint.isEmpty() ? "" : " (" + hint + ")"));
    }

    @Override
    public void warn(String path, String reason, String hint) {
      warnings.add(join(path) + ": " + reason + (hint.isEmpty() ? "" : " (" + hint + ")"));
    }

    @Override
    public int count() {
      return problems.size();
    }

    @Override
    public Problems at(String path) {
      return new Prefixed(join(path));
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public <M extends Message> @Nullable M unpack(Any any, M prototype) {
    try {
      return (M) prototype.getParserForType().parseFrom(any.getValue());
    } catch (InvalidProtocolBufferException e) {
      problems.add(": " + e.getMessage());
      return null;
    }
  }

  @Override
  public @Nullable Message unpack(Any any) {
    Message message = unpacker.apply(any);
    return message == null ? FactoryContext.super.unpack(any) : message;
  }

  @Override
  public @Nullable Object field(Message message, String name) {
    var field = message.getDescriptorForType().findFieldByName(name);
    if (field == null) {
      return newerFields.get(name);
    }
    return field.hasPresence() && !message.hasField(field) ? null : message.getField(field);
  }

  @Override
  public String toJson(Message message) {
    return message.toString();
  }

  @Override
  public NodeInfo node() {
    return node;
  }

  @Override
  public String statPrefix() {
    return "http.test.";
  }

  @Override
  public TrafficDirection direction() {
    return direction;
  }

  @Override
  public Metadata listenerMetadata() {
    return listenerMetadata;
  }

  @Override
  public @Nullable Path pluginDir() {
    return pluginDir;
  }

  @Override
  public Executor cpuPool() {
    return cpuPool;
  }

  @Override
  public WorkerSet workers() {
    return () -> workers;
  }

  @Override
  public boolean hasCluster(String name) {
    return workers.stream().anyMatch(worker -> worker.clusters().hasCluster(name));
  }

  @Override
  public byte @Nullable [] read(Message dataSource, String path) {
    byte[] bytes = reader.apply(dataSource);
    if (bytes == null) {
      problems().add(path, "cannot be read", "");
    }
    return bytes;
  }

  @Override
  public CompletionStage<byte[]> fetch(Message remoteDataSource) {
    return fetcher.apply(remoteDataSource);
  }
}
