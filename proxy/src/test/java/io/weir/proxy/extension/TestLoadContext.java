package io.weir.proxy.extension;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo;
import io.weir.filter.Problems;
import io.weir.filter.TrafficDirection;
import io.weir.filter.Value;
import io.weir.filter.WorkerSet;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.network.ListenerFilterConfig;
import io.weir.proxy.route.RouteTable;
import io.weir.proxy.router.RouteTableLoader;
import io.weir.proxy.worker.ControlThread;
import io.weir.proxy.worker.Slot;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.NewerFields;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A load context for tests of single loaders: collects problems, finds what the test puts in. */
public final class TestLoadContext implements LoadContext {
  /** A per-route configuration that remembers what it was made from. */
  public record NamedRouteConfig(String name, Any config) implements RouteConfig {}

  public final List<String> problems = new ArrayList<>();
  public final List<String> warnings = new ArrayList<>();
  public final Set<String> clusters = new HashSet<>();
  public final Map<String, Runtime.Entry> runtime = new HashMap<>();
  public final List<CompletionStage<?>> awaited = new ArrayList<>();
  public final List<Runnable> closers = new ArrayList<>();
  public final Map<String, ResourceWatcher<?>> watchers = new HashMap<>();
  private final WorkerSet workers;
  private final @Nullable ControlThread control;

  public TestLoadContext() {
    this(List::of, null);
  }

  public TestLoadContext(WorkerSet workers, @Nullable ControlThread control) {
    this.workers = workers;
    this.control = control;
  }

  /** A message from YAML; what is wrong with it fails the test. */
  public static <M extends Message> M parse(String yaml, M prototype) {
    var list = new ProblemList();
    var nodes = YamlReader.readAll(yaml, "test", list);
    M message = ProtoReader.read(nodes.getFirst(), prototype, list);
    if (message == null || !list.isEmpty()) {
      throw new IllegalArgumentException(list.all().toString());
    }
    return message;
  }

  private final class Collector implements Problems {
    private final String prefix;

    Collector(String prefix) {
      this.prefix = prefix;
    }

    private String join(String path) {
      return prefix.isEmpty() ? path : path.isEmpty() ? prefix : prefix + "." + path;
    }

    @Override
    public void add(String path, String reason, String hint) {
      problems.add(join(path) + ": " + reason);
    }

    @Override
    public void warn(String path, String reason, String hint) {
      warnings.add(join(path) + ": " + reason);
    }

    @Override
    public int count() {
      return problems.size();
    }

    @Override
    public Problems at(String more) {
      return new Collector(join(more));
    }
  }

  @Override
  public LoadContext at(String path) {
    return this;
  }

  @Override
  public LoadContext withStatPrefix(String statPrefix) {
    return this;
  }

  @Override
  public Problems problems() {
    return new Collector("");
  }

  @Override
  @SuppressWarnings("unchecked")
  public <M extends Message> @Nullable M unpack(Any any, M prototype) {
    try {
      return (M) prototype.getParserForType().parseFrom(any.getValue());
    } catch (InvalidProtocolBufferException e) {
      problems().add("", e.toString(), "");
      return null;
    }
  }

  @Override
  public @Nullable Object field(Message message, String name) {
    return NewerFields.get(message, name);
  }

  @Override
  public String toJson(Message message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public NodeInfo node() {
    return new NodeInfo("id", "cluster", Value.MapValue.EMPTY, NodeInfo.Locality.NONE);
  }

  @Override
  public String statPrefix() {
    return "http.test.";
  }

  @Override
  public TrafficDirection direction() {
    return TrafficDirection.UNSPECIFIED;
  }

  @Override
  public Metadata listenerMetadata() {
    return Metadata.EMPTY;
  }

  @Override
  public @Nullable Path pluginDir() {
    return null;
  }

  @Override
  public Executor cpuPool() {
    return Runnable::run;
  }

  @Override
  public WorkerSet workers() {
    return workers;
  }

  @Override
  public boolean hasCluster(String name) {
    return clusters.contains(name);
  }

  @Override
  public byte @Nullable [] read(Message dataSource, String path) {
    return ((DataSource) dataSource).getInlineStringBytes().toByteArray();
  }

  @Override
  public CompletionStage<byte[]> fetch(Message remoteDataSource) {
    return CompletableFuture.failedStage(new UnsupportedOperationException());
  }

  @Override
  public @Nullable HttpFilterSlot httpFilter(HttpFilter filter, boolean upstream) {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable NetworkFilterEntry networkFilter(String name, Any config) {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable ListenerFilterConfig listenerFilter(String name, Any config) {
    throw new UnsupportedOperationException();
  }

  @Override
  public RouteConfig routeConfig(String name, Any config) {
    return new NamedRouteConfig(name, config);
  }

  @Override
  public @Nullable AccessLogConfig accessLog(Any config) {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable RouteTable routeTable(RouteConfiguration config, boolean validateClusters) {
    return RouteTableLoader.load(config, this, validateClusters);
  }

  @Override
  public Slot<RouteTable> rds(String routeConfigName, Metadata listenerMetadata) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <M extends Message> void subscribe(
      ConfigSource source, String name, M prototype, ResourceWatcher<M> watcher) {
    watchers.put(name, watcher);
  }

  @Override
  public Runtime runtime() {
    return runtime::get;
  }

  @Override
  public ControlThread control() {
    if (control == null) {
      throw new IllegalStateException("this test has no control thread");
    }
    return control;
  }

  @Override
  public void awaitBeforeUse(CompletionStage<?> stage, String what) {
    awaited.add(stage);
  }

  @Override
  public void onClose(Runnable close) {
    closers.add(close);
  }
}
