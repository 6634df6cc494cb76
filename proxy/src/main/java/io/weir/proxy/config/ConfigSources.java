package io.weir.proxy.config;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.weir.proxy.worker.ControlThread;
import io.weir.proxy.worker.Transport;
import io.weir.xds.ProblemList;
import io.weir.xds.ResourceType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sources of dynamic resources that configurations name, each opened once: the ADS stream,
 * streams of single types, files.
 */
final class ConfigSources implements Subscriptions.Sources, AutoCloseable {
  private final ControlThread control;
  private final ControlPlaneStats stats;
  private final Bootstrap bootstrap;
  private final Function<String, @Nullable Cluster> staticClusters;
  private final Node node;
  private final Map<Object, ResourceSource> open = new HashMap<>();
  private @Nullable GrpcChannels channels;

  /**
   * @param staticClusters finds clusters of the bootstrap by name
   */
  ConfigSources(
      ControlThread control,
      ControlPlaneStats stats,
      Bootstrap bootstrap,
      Function<String, @Nullable Cluster> staticClusters,
      Node node) {
    this.control = control;
    this.stats = stats;
    this.bootstrap = bootstrap;
    this.staticClusters = staticClusters;
    this.node = node;
  }

  /** A key of a stream of its own. */
  private record StreamKey(ApiConfigSource config, ResourceType type) {}

  @Override
  public @Nullable ResourceSource find(
      ConfigSource source, ResourceType type, ProblemList problems) {
    return switch (source.getConfigSourceSpecifierCase()) {
      case ADS, SELF -> ads(problems);
      case API_CONFIG_SOURCE -> stream(source.getApiConfigSource(), type, problems);
      case PATH_CONFIG_SOURCE -> {
        Path path = Path.of(source.getPathConfigSource().getPath());
        String watched = source.getPathConfigSource().getWatchedDirectory().getPath();
        yield file(path, watched.isEmpty() ? null : Path.of(watched), problems);
      }
      case PATH -> file(Path.of(source.getPath()), null, problems);
      case CONFIGSOURCESPECIFIER_NOT_SET -> {
        problems.add("config_source", "names no source", "set ads, api_config_source or path");
        yield null;
      }
    };
  }

  private @Nullable ResourceSource ads(ProblemList problems) {
    ApiConfigSource config = bootstrap.getDynamicResources().getAdsConfig();
    if (!bootstrap.getDynamicResources().hasAdsConfig()) {
      problems.add("ads", "the bootstrap has no dynamic_resources.ads_config");
      return null;
    }
    return client("ads", config, null, problems);
  }

  private @Nullable ResourceSource stream(
      ApiConfigSource config, ResourceType type, ProblemList problems) {
    return client(new StreamKey(config, type), config, type, problems);
  }

  private @Nullable ResourceSource client(
      Object key, ApiConfigSource config, @Nullable ResourceType type, ProblemList problems) {
    ResourceSource known = open.get(key);
    if (known != null) {
      return known;
    }
    if (!check(config, problems)) {
      return null;
    }
    boolean delta =
        switch (config.getApiType()) {
          case DELTA_GRPC, AGGREGATED_DELTA_GRPC -> true;
          default -> false;
        };
    GrpcService service = config.getGrpcServices(0);
    Cluster cluster = cluster(service.getEnvoyGrpc().getClusterName());
    GrpcChannels grpc = channels();
    List<GrpcChannels.Target> targets =
        cluster == null ? List.of() : grpc.targets(cluster, service);
    if (targets.isEmpty()) {
      problems.add("grpc_services[0]", "the cluster has no endpoints");
      return null;
    }
    var client =
        new DiscoveryClient(
            control,
            new GrpcConnector(grpc, service, () -> targets, node, delta, type),
            stats,
            new SplittableRandom());
    open.put(key, client);
    control.execute(client::connect);
    return client;
  }

  /** Whether a stream can be opened as configured; reports why not. */
  boolean check(ApiConfigSource config, ProblemList problems) {
    int before = problems.count();
    switch (config.getApiType()) {
      case GRPC, DELTA_GRPC, AGGREGATED_GRPC, AGGREGATED_DELTA_GRPC -> {}
      default ->
          problems.add(
              "api_type", config.getApiType() + " is not implemented", "use GRPC or DELTA_GRPC");
    }
    if (config.getGrpcServicesCount() == 0) {
      problems.add("grpc_services", "at least one is needed");
      return false;
    }
    GrpcService service = config.getGrpcServices(0);
    String name = service.getEnvoyGrpc().getClusterName();
    if (!service.hasEnvoyGrpc()) {
      problems.add("grpc_services[0]", "only envoy_grpc is implemented");
    } else if (cluster(name) == null) {
      problems.add(
          "grpc_services[0].envoy_grpc.cluster_name",
          "there is no static cluster " + name,
          "add it to static_resources.clusters");
    }
    return problems.count() == before;
  }

  private @Nullable Cluster cluster(String name) {
    return staticClusters.apply(name);
  }

  private @Nullable ResourceSource file(Path path, @Nullable Path watched, ProblemList problems) {
    if (!Files.exists(path)) {
      problems.add("path", "there is no file " + path);
      return null;
    }
    Path absolute = path.toAbsolutePath();
    Path folder = watched == null ? absolute.getParent() : watched;
    return folder == null
        ? null
        : open.computeIfAbsent(absolute, _ -> new FileSource(control, absolute, folder, stats));
  }

  private GrpcChannels channels() {
    GrpcChannels made = channels;
    if (made == null) {
      made = new GrpcChannels(Transport.detect());
      channels = made;
    }
    return made;
  }

  @Override
  public void close() {
    open.values().forEach(ResourceSource::close);
    open.clear();
    GrpcChannels used = channels;
    if (used != null) {
      used.close();
    }
  }
}
