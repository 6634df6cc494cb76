package io.weir.proxy.config;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.StaticResources;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.weir.filter.NodeInfo;
import io.weir.filter.Stats;
import io.weir.filter.TrafficDirection;
import io.weir.filter.WorkerSet;
import io.weir.filter.log.AccessLogConfig;
import io.weir.proxy.accesslog.AccessLogs;
import io.weir.proxy.extension.ExtensionRegistry;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.PluginDirectory;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.overload.OverloadConfig;
import io.weir.proxy.overload.OverloadLoader;
import io.weir.proxy.stats.StatsSettings;
import io.weir.proxy.upstream.DnsResolvers;
import io.weir.proxy.worker.ControlThread;
import io.weir.xds.ProblemList;
import io.weir.xds.ResourceType;
import io.weir.xds.validate.DynamicCopy;
import io.weir.xds.validate.PgvValidator;
import io.weir.xds.validate.SupportedFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one process: a bootstrap, what it loads, and what comes over xDS later.
 * Clusters come before listeners, and nothing listens before the clusters are ready.
 */
public final class ConfigHome implements AutoCloseable {
  private static final long WARM_SECONDS = 60;
  private static final long DEFAULT_STATS_FLUSH_MILLIS = 5000;

  // Without its clusters and listeners.
  private final Bootstrap bootstrap;
  private final Map<String, Packed<Cluster>> givenClusters = new LinkedHashMap<>();
  private final List<Packed<Listener>> givenListeners;
  private final SharedThings shared = new SharedThings();
  private final Node node;
  private final Instant loadedAt = Instant.now();
  private final ProblemList problems;
  private final BootstrapFile.Positions positions;
  private final StatsSettings statsSettings;
  private final OverloadConfig overload;
  private final ControlThread control;
  private final ThreadPoolExecutor cpuPool;
  private final ConfigSources sources;
  private final RuntimeLayers runtime;
  private final ExtensionRegistry registry;
  private final LoadServices services;
  private final ResourceStore<Cluster, ?> clusters;
  private final ResourceStore<Listener, ?> listeners;
  private final PluginDirectory plugins = new PluginDirectory();
  private final BootstrapServices extensions = new BootstrapServices();
  private final LoadScope adminScope = new LoadScope();
  private final List<AccessLogConfig> adminLogs = new ArrayList<>();
  private final List<ResourceStore.StaticResource> staticClusters = new ArrayList<>();
  private final List<ResourceStore.StaticResource> staticListeners = new ArrayList<>();

  /**
   * What the proxy's parts give to the configuration.
   *
   * @param workers a set that never runs anything makes this a dry run
   */
  public record Parts(
      ControlThread control,
      @Nullable WorkerSet workers,
      Stats stats,
      Deployment<Cluster, ?> clusters,
      Deployment<Listener, ?> listeners,
      RouteLoader routes,
      BooleanSupplier healthFailed) {}

  private ConfigHome(Options options, BootstrapFile file, Parts parts, ClassLoader loader) {
    this.bootstrap = withoutResources(file.bootstrap());
    StaticResources given = file.bootstrap().getStaticResources();
    given.getClustersList().forEach(c -> givenClusters.putIfAbsent(c.getName(), Packed.of(c)));
    this.givenListeners = given.getListenersList().stream().map(Packed::of).toList();
    this.problems = file.problems();
    this.positions = file.positions();
    this.node = BootstrapFile.node(bootstrap, options);
    this.control = parts.control;
    this.cpuPool = CpuPool.create();
    this.registry = new ExtensionRegistry(loader);
    this.runtime = RuntimeLayers.load(bootstrap.getLayeredRuntime(), node.getCluster(), problems);
    runtime.countBy(parts.stats, control);
    SupportedFields supported = SupportedFields.load(loader);
    check(given, supported);
    this.statsSettings =
        StatsSettings.load(
            bootstrap.getStatsConfig(), new ProblemView(problems.at("stats_config")));
    this.overload =
        bootstrap.hasOverloadManager()
            ? OverloadLoader.load(
                bootstrap.getOverloadManager(), new ProblemView(problems.at("overload_manager")))
            : OverloadConfig.NONE;
    boolean dryRun = parts.workers == null;
    WorkerSet workers = parts.workers == null ? DryRun.WORKERS : parts.workers;
    this.sources =
        new ConfigSources(
            control, new ControlPlaneStats(parts.stats), bootstrap, this::staticCluster, node);
    Subscriptions.Sources open = dryRun ? (_, _, _) -> null : sources;
    this.services =
        new LoadServices(
            registry,
            workers,
            control,
            cpuPool,
            nodeInfo(),
            options.pluginDir(),
            runtime,
            new Subscriptions(open, supported),
            parts.routes,
            dryRun ? DryRunException::fetch : new RemoteFetcher(workers),
            this::hasCluster,
            parts.healthFailed,
            bootstrap.getClusterManager(),
            DnsResolvers.of(bootstrap),
            staticSecrets(),
            plugins,
            parts.stats,
            shared,
            dryRun);
    this.clusters = store(ResourceType.CLUSTER, parts.clusters, (_, context) -> context);
    this.listeners = store(ResourceType.LISTENER, parts.listeners, ConfigHome::listenerContext);
  }

  private static Bootstrap withoutResources(Bootstrap bootstrap) {
    Bootstrap.Builder rest = bootstrap.toBuilder();
    if (rest.hasStaticResources()) {
      rest.getStaticResourcesBuilder().clearClusters().clearListeners();
    }
    return rest.build();
  }

  /** Each resource by itself: what is made of it to check it is soon garbage. */
  private void check(StaticResources given, SupportedFields supported) {
    check(bootstrap, supported, problems);
    ProblemList at = problems.at("static_resources");
    for (int i = 0; i < given.getClustersCount(); i++) {
      check(given.getClusters(i), supported, at.at("clusters[" + i + "]"));
    }
    for (int i = 0; i < given.getListenersCount(); i++) {
      check(given.getListeners(i), supported, at.at("listeners[" + i + "]"));
    }
  }

  private static void check(Message message, SupportedFields supported, ProblemList problems) {
    DynamicMessage copy = DynamicCopy.of(message);
    PgvValidator.validate(copy, problems);
    supported.check(copy, problems);
  }

  /** Secrets of the bootstrap by name. */
  private Map<String, Secret> staticSecrets() {
    var secrets = new HashMap<String, Secret>();
    for (Secret secret : bootstrap.getStaticResources().getSecretsList()) {
      secrets.putIfAbsent(secret.getName(), secret);
    }
    return secrets;
  }

  private <M extends Message, L> ResourceStore<M, L> store(
      ResourceType type,
      Deployment<M, L> deployment,
      java.util.function.BiFunction<M, ResourceContext, LoadContext> contextOf) {
    return new ResourceStore<>(type, deployment, services, contextOf);
  }

  private static LoadContext listenerContext(Listener listener, ResourceContext context) {
    TrafficDirection direction =
        switch (listener.getTrafficDirection()) {
          case INBOUND -> TrafficDirection.INBOUND;
          case OUTBOUND -> TrafficDirection.OUTBOUND;
          default -> TrafficDirection.UNSPECIFIED;
        };
    return context.inListener(
        direction, ProtoValues.of(listener.getMetadata()), listener.getBypassOverloadManager());
  }

  /**
   * Reads a bootstrap and loads all that is in it; nothing is started.
   *
   * @throws InvalidConfigurationException with every problem
   */
  public static ConfigHome load(Options options, Parts parts, ClassLoader loader)
      throws InvalidConfigurationException, InterruptedException {
    var problems = new ProblemList(String.valueOf(options.configPath()));
    BootstrapFile file = BootstrapFile.read(options, problems);
    if (file == null) {
      throw new InvalidConfigurationException(problems);
    }
    ConfigHome home = new ConfigHome(options, file, parts, loader);
    home.control.call(
        () -> {
          home.loadStatic(file.bootstrap().getStaticResources());
          return home;
        });
    if (!problems.isEmpty()) {
      home.close();
      throw new InvalidConfigurationException(problems);
    }
    return home;
  }

  private void loadStatic(StaticResources resources) {
    var secrets = new HashSet<String>();
    for (int i = 0; i < resources.getSecretsCount(); i++) {
      Secret secret = resources.getSecrets(i);
      if (!secrets.add(secret.getTypeCase() + " " + secret.getName())) {
        problems
            .at("static_resources.secrets[" + i + "]")
            .add("name", "a second secret is named " + secret.getName());
      }
    }
    for (int i = 0; i < resources.getClustersCount(); i++) {
      Cluster cluster = resources.getClusters(i);
      ProblemList at = problems.at("static_resources.clusters[" + i + "]");
      if (clusters.contains(cluster.getName())) {
        at.add("name", "a second cluster is named " + cluster.getName());
        continue;
      }
      addTo(staticClusters, clusters.loadStatic(cluster, packed(cluster), at));
    }
    for (int i = 0; i < resources.getListenersCount(); i++) {
      Listener listener = named(resources.getListeners(i), i);
      ProblemList at = problems.at("static_resources.listeners[" + i + "]");
      if (listeners.contains(listener.getName())) {
        at.warn("name", "a second listener is named " + listener.getName(), "it is left out");
        continue;
      }
      addTo(staticListeners, listeners.loadStatic(listener, Packed.of(listener), at));
    }
    loadAdminLogs();
    extensions.load(bootstrap, services, problems);
    checkDynamic();
  }

  private Packed<Cluster> packed(Cluster cluster) {
    Packed<Cluster> known = givenClusters.get(cluster.getName());
    return known == null ? Packed.of(cluster) : known;
  }

  private @Nullable Cluster staticCluster(String name) {
    Packed<Cluster> known = givenClusters.get(name);
    return known == null ? null : known.message();
  }

  private void loadAdminLogs() {
    var admin = bootstrap.getAdmin();
    for (int i = 0; i < admin.getAccessLogCount(); i++) {
      ProblemList at = problems.at("admin.access_log[" + i + "]");
      AccessLogConfig log =
          AccessLogs.load(admin.getAccessLog(i), ResourceContext.of(services, adminScope, at));
      if (log != null) {
        adminLogs.add(log);
      }
    }
  }

  /** The access logs of the administration interface. */
  public List<AccessLogConfig> adminLogs() {
    return adminLogs;
  }

  private static void addTo(
      List<ResourceStore.StaticResource> loaded, ResourceStore.@Nullable StaticResource resource) {
    if (resource != null) {
      loaded.add(resource);
    }
  }

  private static Listener named(Listener listener, int index) {
    return listener.getName().isEmpty()
        ? listener.toBuilder().setName("static-" + index).build()
        : listener;
  }

  private void checkDynamic() {
    var dynamic = bootstrap.getDynamicResources();
    ProblemList at = problems.at("dynamic_resources");
    if (dynamic.hasAdsConfig()) {
      sources.check(dynamic.getAdsConfig(), at.at("ads_config"));
    }
    checkSource(dynamic.hasCdsConfig(), dynamic.getCdsConfig(), at.at("cds_config"));
    checkSource(dynamic.hasLdsConfig(), dynamic.getLdsConfig(), at.at("lds_config"));
  }

  private void checkSource(boolean present, ConfigSource source, ProblemList at) {
    if (present && source.hasApiConfigSource()) {
      sources.check(source.getApiConfigSource(), at.at("api_config_source"));
    } else if (present && source.hasAds() && !bootstrap.getDynamicResources().hasAdsConfig()) {
      at.add("ads", "the bootstrap has no dynamic_resources.ads_config");
    }
  }

  /**
   * For a dry run: waits for compilation and the like.
   *
   * @throws InvalidConfigurationException with what failed
   */
  public void awaitLoaded() throws InvalidConfigurationException, InterruptedException {
    List<ResourceStore.StaticResource> all = new ArrayList<>(staticClusters);
    all.addAll(staticListeners);
    for (ResourceStore.StaticResource resource : all) {
      try {
        resource.scope().settled().get(WARM_SECONDS, TimeUnit.SECONDS);
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        problems.add("", resource.name() + " did not get ready in " + WARM_SECONDS + " s");
      }
      resource
          .scope()
          .failures()
          .lines()
          .forEach(line -> problems.add("", resource.name() + ": " + line));
    }
    awaitExtensions();
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
  }

  private void awaitExtensions() throws InterruptedException {
    try {
      extensions.settled().get(WARM_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      problems.add("bootstrap_extensions", "did not get ready in " + WARM_SECONDS + " s");
    }
    extensions.failures().lines().forEach(line -> problems.add("bootstrap_extensions", line));
  }

  /** Starts the bootstrap's extensions on every worker; fails when one of them cannot run. */
  public CompletionStage<Void> startExtensions() {
    var done = new CompletableFuture<Void>();
    control.execute(
        () ->
            extensions
                .start(services.workers(), control)
                .whenComplete(
                    (_, failure) -> {
                      if (failure == null) {
                        done.complete(null);
                      } else {
                        done.completeExceptionally(failure);
                      }
                    }));
    return done;
  }

  /** Starts the clusters of the bootstrap; completes when all are ready or have failed. */
  public CompletionStage<Void> startClusters() {
    return start(staticClusters);
  }

  /** Subscribes to runtime layers; completes when they have come or did not in time. */
  public CompletionStage<Void> subscribeRuntime() {
    if (bootstrap.getLayeredRuntime().getLayersList().stream()
        .noneMatch(RuntimeLayer::hasRtdsLayer)) {
      return CompletableFuture.completedStage(null);
    }
    return CompletableFuture.supplyAsync(
            () ->
                RtdsLayers.subscribe(
                    bootstrap.getLayeredRuntime(),
                    runtime,
                    services.subscriptions(),
                    services.stats(),
                    problems),
            control)
        .thenCompose(arrived -> arrived);
  }

  /** The file was read and used: problems that come later do not tell where they stand in it. */
  public void forgetPositions() {
    positions.forget();
  }

  /** Subscribes to clusters; completes when the first set is ready or did not come in time. */
  public CompletionStage<Void> subscribeClusters() {
    var dynamic = bootstrap.getDynamicResources();
    if (!dynamic.hasCdsConfig()) {
      return CompletableFuture.completedStage(null);
    }
    control.execute(
        () ->
            services
                .subscriptions()
                .subscribeAll(dynamic.getCdsConfig(), ResourceType.CLUSTER, clusters, problems));
    return clusters.firstUpdate();
  }

  /**
   * Starts the listeners of the bootstrap when all of them are ready, so that an open port means a
   * proxy that serves; fails with the first that cannot be started.
   */
  public CompletionStage<Void> startListeners() {
    return CompletableFuture.allOf(
            staticListeners.stream()
                .map(listener -> listener.scope().settled())
                .toArray(CompletableFuture[]::new))
        .thenCompose(
            _ -> {
              CpuPool.serve(cpuPool);
              return start(staticListeners);
            });
  }

  /** Subscribes to listeners. */
  public CompletionStage<Void> subscribeListeners() {
    var dynamic = bootstrap.getDynamicResources();
    if (!dynamic.hasLdsConfig()) {
      return CompletableFuture.completedStage(null);
    }
    control.execute(
        () ->
            services
                .subscriptions()
                .subscribeAll(dynamic.getLdsConfig(), ResourceType.LISTENER, listeners, problems));
    return listeners.firstUpdate();
  }

  private CompletionStage<Void> start(List<ResourceStore.StaticResource> resources) {
    var done = new CompletableFuture<Void>();
    control.execute(
        () ->
            CompletableFuture.allOf(
                    resources.stream()
                        .map(resource -> resource.start().run().toCompletableFuture())
                        .toArray(CompletableFuture[]::new))
                .whenComplete(
                    (_, failure) -> {
                      if (failure == null) {
                        done.complete(null);
                      } else {
                        done.completeExceptionally(failure);
                      }
                    }));
    return done;
  }

  private boolean hasCluster(String name) {
    return clusters.contains(name);
  }

  private NodeInfo nodeInfo() {
    return new NodeInfo(
        node.getId(),
        node.getCluster(),
        ProtoValues.of(node.getMetadata()),
        ProtoValues.of(node.getLocality()));
  }

  /** The bootstrap apart from its clusters and listeners. */
  public Bootstrap bootstrap() {
    return bootstrap;
  }

  /** All of the bootstrap, made anew by each call. */
  public Bootstrap wholeBootstrap() {
    Bootstrap.Builder whole = bootstrap.toBuilder();
    givenClusters.values().forEach(c -> whole.getStaticResourcesBuilder().addClusters(c.message()));
    givenListeners.forEach(l -> whole.getStaticResourcesBuilder().addListeners(l.message()));
    return whole.build();
  }

  /** What the bootstrap says about statistics. */
  public StatsSettings statsSettings() {
    return statsSettings;
  }

  /** What the bootstrap says about overload. */
  public OverloadConfig overload() {
    return overload;
  }

  /** How often statistics are flushed and histograms merged. */
  public long statsFlushMillis() {
    return bootstrap.hasStatsFlushInterval()
        ? Durations.toMillis(bootstrap.getStatsFlushInterval())
        : DEFAULT_STATS_FLUSH_MILLIS;
  }

  public Instant loadedAt() {
    return loadedAt;
  }

  public Node node() {
    return node;
  }

  /** Problems and warnings of the bootstrap. */
  public ProblemList problems() {
    return problems;
  }

  public RuntimeLayers runtime() {
    return runtime;
  }

  /** The plugins that run. Any thread. */
  public PluginDirectory plugins() {
    return plugins;
  }

  public ExtensionRegistry registry() {
    return registry;
  }

  /** To be read on the control thread. */
  public ResourceStore<Cluster, ?> clusters() {
    return clusters;
  }

  /** To be read on the control thread. */
  public ResourceStore<Listener, ?> listeners() {
    return listeners;
  }

  /** Names of a type that are subscribed to and have not come yet; on the control thread. */
  public List<String> awaitedResources(ResourceType type) {
    return services.subscriptions().awaited(type);
  }

  /** What is in use of a type that is subscribed to by name; to be read on the control thread. */
  public List<DynamicResources.Entry> dynamicResources(ResourceType type) {
    return services.subscriptions().inUse().all(type);
  }

  /** Ends subscriptions and background work; extensions stay until {@link #closeExtensions}. */
  @Override
  public void close() {
    control.execute(
        () -> {
          extensions.close();
          adminScope.close();
          sources.close();
        });
    shared.close();
    cpuPool.shutdownNow();
  }

  /** Lets extensions write what they hold; to be called when no worker uses them any more. */
  public void closeExtensions() {
    registry.close();
  }
}
