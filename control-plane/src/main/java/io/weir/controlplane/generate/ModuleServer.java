package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.AsyncDataSource;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.config.core.v3.RemoteDataSource;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.weir.controlplane.push.ServedModules;
import java.time.Duration;

/**
 * The way in which proxies get modules from the control plane: by HTTP through a cluster of its
 * own, named by their content. Any Envoy can do that without an agent.
 */
final class ModuleServer {

  static final String CLUSTER = "weir-modules";

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private ModuleServer() {}

  static AsyncDataSource code(ServedModules modules, String sha256) {
    return AsyncDataSource.newBuilder()
        .setRemote(
            RemoteDataSource.newBuilder()
                .setHttpUri(
                    HttpUri.newBuilder()
                        .setUri(
                            "http://"
                                + host(modules.address())
                                + ":"
                                + modules.port()
                                + "/modules/"
                                + sha256
                                + ".wasm")
                        .setCluster(CLUSTER)
                        .setTimeout(Messages.duration(TIMEOUT)))
                .setSha256(sha256))
        .build();
  }

  private static String host(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }

  static Cluster cluster(ServedModules modules, Duration connectTimeout) {
    boolean name = modules.address().chars().anyMatch(c -> Character.isLetter(c) && c > 'f');
    return Cluster.newBuilder()
        .setName(CLUSTER)
        .setType(name ? Cluster.DiscoveryType.STRICT_DNS : Cluster.DiscoveryType.STATIC)
        .setConnectTimeout(Messages.duration(connectTimeout))
        .setLoadAssignment(
            ClusterLoadAssignment.newBuilder()
                .setClusterName(CLUSTER)
                .addEndpoints(
                    LocalityLbEndpoints.newBuilder()
                        .addLbEndpoints(
                            LbEndpoint.newBuilder()
                                .setEndpoint(
                                    Endpoint.newBuilder()
                                        .setAddress(
                                            Messages.address(modules.address(), modules.port()))))))
        .build();
  }
}
