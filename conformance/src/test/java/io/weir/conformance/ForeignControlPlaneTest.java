package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.weir.cli.EchoServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy under somebody else's control plane, java-control-plane, in both protocols. */
class ForeignControlPlaneTest {
  /** Between two looks at a process of its own, which tells nobody when it is ready. */
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final String GROUP = "all";
  private static final JsonFormat.Parser JSON =
      JsonFormat.parser()
          .usingTypeRegistry(
              TypeRegistry.newBuilder()
                  .add(HttpConnectionManager.getDescriptor())
                  .add(Router.getDescriptor())
                  .build());

  private static final String ADS = "{\"ads\": {}, \"resource_api_version\": \"V3\"}";

  @TempDir private Path work;
  private final SimpleCache<String> cache = new SimpleCache<>(_ -> GROUP);
  private EchoServer echo;
  private Server server;

  @BeforeEach
  void start() throws Exception {
    echo = EchoServer.start(new InetSocketAddress("127.0.0.1", 0));
    var discovery = new V3DiscoveryServer(cache);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(discovery.getAggregatedDiscoveryServiceImpl())
            .build()
            .start();
  }

  @AfterEach
  void stop() throws Exception {
    server.shutdownNow().awaitTermination();
    echo.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GRPC", "DELTA_GRPC"})
  void followsJavaControlPlane(String protocol) throws Exception {
    int[] ports = RunningProxy.freePorts();
    cache.setSnapshot(GROUP, snapshot(ports[1], 200, "1"));
    try (RunningProxy _ = RunningProxy.weir(bootstrap(protocol, ports[0]), work, ports[0])) {
      await(ports[1], 200);
      cache.setSnapshot(GROUP, snapshot(ports[1], 418, "2"));
      await(ports[1], 418);
      cache.setSnapshot(GROUP, snapshot(ports[1], 200, "3"));
      await(ports[1], 200);
    }
  }

  private static void await(int port, int status) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    int seen;
    do {
      seen = ask(port);
      LockSupport.parkNanos(POLL_NANOS);
    } while (seen != status && System.nanoTime() < deadline);
    assertThat(seen).isEqualTo(status);
  }

  private static int ask(int port) {
    try {
      var url = URI.create("http://127.0.0.1:" + port + "/").toURL();
      return ((HttpURLConnection) url.openConnection()).getResponseCode();
    } catch (IOException e) {
      return -1;
    }
  }

  private Path bootstrap(String protocol, int admin) throws IOException {
    return Files.writeString(
        work.resolve("bootstrap.yaml"),
        """
        node: {id: one, cluster: test}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        dynamic_resources:
          ads_config:
            api_type: %s
            transport_api_version: V3
            grpc_services: [{envoy_grpc: {cluster_name: xds}}]
          cds_config: {ads: {}, resource_api_version: V3}
          lds_config: {ads: {}, resource_api_version: V3}
        static_resources:
          clusters:
          - name: xds
            type: STATIC
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {http2_protocol_options: {}}
            load_assignment:
              cluster_name: xds
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        """
            .formatted(admin, protocol, server.getPort()));
  }

  /** Clusters, endpoints, a listener and routes; a status other than 200 is answered directly. */
  private Snapshot snapshot(int port, int status, String version) throws IOException {
    String action =
        status == 200
            ? "\"route\": {\"cluster\": \"web\"}"
            : "\"direct_response\": {\"status\": " + status + "}";
    return Snapshot.create(
        List.of(
            read(
                Cluster.newBuilder(),
                "{\"name\": \"web\", \"type\": \"EDS\", \"eds_cluster_config\": {\"eds_config\": "
                    + ADS
                    + "}}")),
        List.of(
            read(
                ClusterLoadAssignment.newBuilder(),
                """
                {"cluster_name": "web", "endpoints": [{"lb_endpoints": [{"endpoint": {"address":
                {"socket_address": {"address": "127.0.0.1", "port_value": %d}}}}]}]}
                """
                    .formatted(echo.address().getPort()))),
        List.of(
            read(
                Listener.newBuilder(),
                """
                {"name": "in",
                 "address": {"socket_address": {"address": "127.0.0.1", "port_value": %d}},
                 "filter_chains": [{"filters": [{"name": "http", "typed_config": {
                   "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                   "stat_prefix": "in",
                   "rds": {"route_config_name": "routes", "config_source": %s},
                   "http_filters": [{"name": "router", "typed_config": {
                     "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]
                 }}]}]}
                """
                    .formatted(port, ADS))),
        List.of(
            read(
                RouteConfiguration.newBuilder(),
                """
                {"name": "routes", "virtual_hosts": [{"name": "all", "domains": ["*"],
                 "routes": [{"match": {"prefix": "/"}, %s}]}]}
                """
                    .formatted(action))),
        List.of(),
        version);
  }

  @SuppressWarnings("unchecked")
  private static <T extends Message> T read(Message.Builder into, String json) throws IOException {
    JSON.merge(json, into);
    return (T) into.build();
  }
}
