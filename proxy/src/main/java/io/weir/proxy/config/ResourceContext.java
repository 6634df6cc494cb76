package io.weir.proxy.config;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.RemoteDataSource;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.weir.filter.ExtensionFactory;
import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo;
import io.weir.filter.PluginRegistry;
import io.weir.filter.Problems;
import io.weir.filter.Stats;
import io.weir.filter.TrafficDirection;
import io.weir.filter.WorkerSet;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.log.AccessLogFactory;
import io.weir.filter.network.ListenerFilterConfig;
import io.weir.filter.network.ListenerFilterFactory;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import io.weir.proxy.extension.DataSources;
import io.weir.proxy.extension.ExtensionRegistry;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.ResourceWatcher;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.route.RouteTable;
import io.weir.proxy.worker.ControlThread;
import io.weir.proxy.worker.Slot;
import io.weir.xds.Nearest;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.MessageTypes;
import io.weir.xds.codec.NewerFields;
import io.weir.xds.codec.ProtoWriter;
import io.weir.xds.validate.PgvValidator;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The load context of one resource. Immutable apart from what its scope and problems collect. */
record ResourceContext(
    LoadServices services,
    LoadScope scope,
    ProblemList problemList,
    String statPrefix,
    TrafficDirection direction,
    Metadata listenerMetadata,
    boolean bypassOverload)
    implements LoadContext {

  static ResourceContext of(LoadServices services, LoadScope scope, ProblemList problems) {
    return new ResourceContext(
        services, scope, problems, "", TrafficDirection.UNSPECIFIED, Metadata.EMPTY, false);
  }

  /** The same context for what belongs to a listener. */
  ResourceContext inListener(TrafficDirection direction, Metadata metadata, boolean bypass) {
    return new ResourceContext(
        services, scope, problemList, statPrefix, direction, metadata, bypass);
  }

  private ResourceContext in(LoadScope other, ProblemList problems) {
    return new ResourceContext(
        services, other, problems, statPrefix, direction, listenerMetadata, bypassOverload);
  }

  @Override
  public LoadContext at(String path) {
    return in(scope, problemList.at(path));
  }

  @Override
  public LoadContext withStatPrefix(String prefix) {
    return new ResourceContext(
        services, scope, problemList, prefix, direction, listenerMetadata, bypassOverload);
  }

  @Override
  public Problems problems() {
    return new ProblemView(problemList);
  }

  // ---- messages

  @Override
  public <M extends Message> @Nullable M unpack(Any any, M prototype) {
    int before = problemList.count();
    M message = parse(any, prototype);
    if (message == null) {
      return null;
    }
    PgvValidator.validate(message, problemList);
    return problemList.count() > before ? null : message;
  }

  @Override
  public @Nullable Message unpack(Any any) {
    String name = ExtensionRegistry.typeName(any);
    Message prototype = MessageTypes.prototype(name);
    if (prototype == null) {
      problemList.add("@type", "the message type " + name + " is unknown");
      return null;
    }
    return unpack(any, prototype);
  }

  @SuppressWarnings("unchecked")
  private <M extends Message> @Nullable M parse(Any any, M prototype) {
    String wanted = prototype.getDescriptorForType().getFullName();
    try {
      if (MessageTypes.nameOf(any.getTypeUrl()).equals(wanted)) {
        return (M) prototype.getParserForType().parseFrom(any.getValue());
      }
      String named = ExtensionRegistry.typeName(any);
      if (!named.equals(wanted)) {
        problemList.add("@type", "a " + wanted + " must stand here, not a " + named);
        return null;
      }
      return TypedStructReader.read(any, prototype, problemList);
    } catch (InvalidProtocolBufferException e) {
      problemList.add("", "the bytes are not a " + wanted);
      return null;
    }
  }

  @Override
  public @Nullable Object field(Message message, String name) {
    return NewerFields.get(message, name);
  }

  @Override
  public String toJson(Message message) {
    return ProtoWriter.toJson(message);
  }

  // ---- extensions

  @Override
  public @Nullable HttpFilterSlot httpFilter(HttpFilter filter, boolean upstream) {
    if (filter.getName().isEmpty()) {
      problemList.add("name", "a filter needs a name");
    }
    return switch (filter.getConfigTypeCase()) {
      case CONFIG_DISCOVERY -> ecdsFilter(filter, upstream);
      case TYPED_CONFIG, CONFIGTYPE_NOT_SET -> inlineFilter(filter, upstream);
    };
  }

  private @Nullable HttpFilterSlot inlineFilter(HttpFilter filter, boolean upstream) {
    String name = filter.getName();
    Any config = filter.getTypedConfig();
    HttpFilterFactory factory = filterFactory(name, config);
    if (factory == null && filter.getIsOptional()) {
      problemList.warn(
          "", "the optional filter " + name + " is skipped: " + unknown(name, config), "");
      return null;
    }
    if (factory != null && factory.terminal() && filter.getDisabled()) {
      problemList.add("disabled", "the last filter of a chain cannot be disabled", "remove it");
    }
    LoadScope own = scope;
    FilterLife life = loadFilter(name, config, own, problemList.at("typed_config"), upstream);
    if (life == null || factory == null) {
      return null;
    }
    own.onClose(life::release);
    return new InlineFilterSlot(
        name, filter.getDisabled(), factory, life, services.workers().all().size());
  }

  private @Nullable HttpFilterSlot ecdsFilter(HttpFilter filter, boolean upstream) {
    var source = filter.getConfigDiscovery();
    ResourceContext at =
        new ResourceContext(
            services,
            scope,
            problemList.at("config_discovery"),
            statPrefix,
            direction,
            listenerMetadata,
            bypassOverload);
    int before = problemList.count();
    for (int i = 0; i < source.getTypeUrlsCount(); i++) {
      Any type = Any.newBuilder().setTypeUrl(source.getTypeUrls(i)).build();
      if (filterFactory("", type) == null) {
        at.problemList.add("type_urls[" + i + "]", unknown(filter.getName(), type));
      }
    }
    if (problemList.count() > before) {
      return null;
    }
    var slot = new EcdsFilterSlot(filter.getName(), filter.getDisabled(), source, at, upstream);
    slot.start();
    scope.onClose(slot::close);
    if (!services.dryRun()) {
      scope.await(slot.arrived(), "extension config " + filter.getName());
    }
    return slot;
  }

  @Nullable HttpFilterFactory filterFactory(String name, Any config) {
    return services.registry().find(HttpFilterFactory.class, name, config);
  }

  /** Loads a filter's configuration into {@code target}; null when problems were reported. */
  @Nullable FilterLife loadFilter(
      String name, Any config, LoadScope target, ProblemList problems, boolean upstream) {
    HttpFilterFactory factory = filterFactory(name, config);
    if (factory == null) {
      problems.add("", unknown(name, config), hint(HttpFilterFactory.class, name, config));
      return null;
    }
    if (upstream && !factory.upstream()) {
      problems.add("", factory.name() + " cannot stand in an upstream chain");
      return null;
    }
    HttpFilterConfig loaded = factory.load(typed(config, factory), in(target, problems));
    if (loaded == null) {
      return null;
    }
    target.await(loaded.warm(), "filter " + name);
    return new FilterLife(loaded, services.control());
  }

  @Override
  public @Nullable NetworkFilterEntry networkFilter(String name, Any config) {
    NetworkFilterFactory factory = find(NetworkFilterFactory.class, name, config);
    if (factory == null) {
      return null;
    }
    NetworkFilterConfig loaded = factory.load(typed(config, factory), this);
    if (loaded == null) {
      return null;
    }
    scope.await(loaded.warm(), "network filter " + name);
    scope.onClose(loaded::close);
    return new NetworkFilterEntry(name, loaded, factory.terminal());
  }

  @Override
  public @Nullable ListenerFilterConfig listenerFilter(String name, Any config) {
    ListenerFilterFactory factory = find(ListenerFilterFactory.class, name, config);
    if (factory == null) {
      return null;
    }
    ListenerFilterConfig loaded = factory.load(typed(config, factory), this);
    if (loaded != null) {
      scope.onClose(loaded::close);
    }
    return loaded;
  }

  @Override
  public @Nullable RouteConfig routeConfig(String name, Any config) {
    HttpFilterFactory factory = find(HttpFilterFactory.class, name, config);
    if (factory == null) {
      return null;
    }
    RouteConfig loaded = factory.loadRoute(config, this);
    if (loaded != null) {
      scope.await(loaded.warm(), "per-route configuration of " + name);
      scope.add(loaded);
    }
    return loaded;
  }

  @Override
  public @Nullable AccessLogConfig accessLog(Any config) {
    AccessLogFactory factory = find(AccessLogFactory.class, "", config);
    if (factory == null) {
      return null;
    }
    AccessLogConfig loaded = factory.load(config, this);
    if (loaded != null) {
      scope.await(loaded.warm(), "access log " + factory.name());
      scope.onClose(loaded::close);
    }
    return loaded;
  }

  /** The factory for an extension; null when a problem was reported. */
  <F extends ExtensionFactory> @Nullable F factory(Class<F> service, String name, Any config) {
    return find(service, name, config);
  }

  private <F extends ExtensionFactory> @Nullable F find(Class<F> service, String name, Any config) {
    F factory = services.registry().find(service, name, config);
    if (factory == null) {
      problemList.add("", unknown(name, config), hint(service, name, config));
    }
    return factory;
  }

  /** A configuration that was left out is an empty one of the factory's own type. */
  private static Any typed(Any config, ExtensionFactory factory) {
    return config.getTypeUrl().isEmpty()
        ? Any.newBuilder()
            .setTypeUrl("type.googleapis.com/" + factory.configTypes().getFirst())
            .build()
        : config;
  }

  private static String unknown(String name, Any config) {
    String type = ExtensionRegistry.typeName(config);
    return type.isEmpty()
        ? "no extension is named " + name + " and no typed_config tells the type"
        : "no extension here takes a " + type;
  }

  private <F extends ExtensionFactory> String hint(Class<F> service, String name, Any config) {
    String type = ExtensionRegistry.typeName(config);
    return type.isEmpty()
        ? Nearest.hint(
            name, services.registry().all(service).stream().map(ExtensionFactory::name).toList())
        : Nearest.hint(
            type,
            services.registry().all(service).stream()
                .flatMap(factory -> factory.configTypes().stream())
                .toList());
  }

  // ---- other resources

  @Override
  public @Nullable RouteTable routeTable(RouteConfiguration config, boolean validateClusters) {
    return services.routeLoader().load(config, this, validateClusters);
  }

  @Override
  public Slot<RouteTable> rds(String routeConfigName, Metadata metadata) {
    return rds(Subscriptions.ADS, routeConfigName, metadata);
  }

  @Override
  public Slot<RouteTable> rds(ConfigSource source, String routeConfigName, Metadata metadata) {
    var route = new RdsRoute(routeConfigName, this);
    subscribe(
        source,
        routeConfigName,
        RdsRoute.PROTOTYPE,
        route,
        statPrefix + "rds." + routeConfigName.replace(':', '_') + ".");
    scope.onClose(route::close);
    if (!services.dryRun()) {
      scope.await(route.arrived(), "route configuration " + routeConfigName);
    }
    return route.slot();
  }

  @Override
  public <M extends Message> void subscribe(
      ConfigSource source, String name, M prototype, ResourceWatcher<M> watcher) {
    scope.onClose(
        services.subscriptions().subscribe(source, name, prototype, watcher, null, problemList));
  }

  @Override
  public <M extends Message> void subscribe(
      ConfigSource source,
      String name,
      M prototype,
      ResourceWatcher<M> watcher,
      String statPrefix) {
    SubscriptionStats stats = SubscriptionStats.of(prototype, services.stats(), statPrefix);
    scope.onClose(
        services.subscriptions().subscribe(source, name, prototype, watcher, stats, problemList));
  }

  @Override
  public void watchFolder(Path folder, Runnable changed) {
    if (!services.dryRun()) {
      FolderWatch watch = FolderWatch.start(folder, () -> services.control().execute(changed));
      scope.onClose(watch::close);
    }
  }

  @Override
  public boolean dryRun() {
    return services.dryRun();
  }

  @Override
  public @Nullable Secret staticSecret(String name) {
    return services.staticSecrets().get(name);
  }

  @Override
  public void awaitBeforeUse(CompletionStage<?> stage, String what) {
    if (!services.dryRun()) {
      scope.await(stage, what);
    }
  }

  @Override
  public void onClose(Runnable close) {
    scope.onClose(close);
  }

  // ---- the process

  @Override
  public Runtime runtime() {
    return services.runtime();
  }

  @Override
  public io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig dnsResolver() {
    return services.dnsResolver();
  }

  @Override
  public io.envoyproxy.envoy.config.bootstrap.v3.ClusterManager clusterManager() {
    return services.clusterManager();
  }

  @Override
  public <T> T shared(Class<T> type, String name, Supplier<T> make) {
    return services.shared().get(type, name, make);
  }

  @Override
  public Stats stats() {
    return services.stats();
  }

  @Override
  public BooleanSupplier healthFailed() {
    return services.healthFailed();
  }

  @Override
  public ControlThread control() {
    return services.control();
  }

  @Override
  public NodeInfo node() {
    return services.node();
  }

  @Override
  public @Nullable Path pluginDir() {
    return services.pluginDir();
  }

  @Override
  public long runtimeValue(String key, long fallback) {
    return services.runtime().integer(key, fallback);
  }

  @Override
  public PluginRegistry plugins() {
    return services.plugins();
  }

  @Override
  public Executor cpuPool() {
    return services.cpuPool();
  }

  @Override
  public WorkerSet workers() {
    return services.workers();
  }

  @Override
  public boolean hasCluster(String name) {
    return services.hasCluster().test(name);
  }

  @Override
  public byte @Nullable [] read(Message dataSource, String path) {
    return DataSources.read(dataSource, problems().at(path));
  }

  @Override
  public CompletionStage<byte[]> fetch(Message remoteDataSource) {
    return services.fetcher().fetch((RemoteDataSource) remoteDataSource);
  }
}
