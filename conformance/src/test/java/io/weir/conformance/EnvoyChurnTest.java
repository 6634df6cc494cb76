package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.cli.EchoServer;
import io.weir.controlplane.ControlPlane;
import io.weir.controlplane.config.MeshConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stock Envoy, named by {@code ENVOY}, as a gateway of our control plane while its configuration
 * changes several times a second: it rejects nothing and no request fails.
 */
class EnvoyChurnTest {
  /** Between two looks at a process of its own, which tells nobody when it is ready. */
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final int SECONDS = 10;
  private static final int CHANGE_MILLIS = 150;

  @TempDir private Path work;

  @ParameterizedTest
  @ValueSource(strings = {"GRPC", "DELTA_GRPC"})
  void takesEveryChange(String protocol) throws Exception {
    churn(protocol, SECONDS);
  }

  @Test
  @Tag("soak")
  void takesEveryChangeForMinutes() throws Exception {
    churn("DELTA_GRPC", Integer.getInteger("soak.seconds", 180));
  }

  private void churn(String protocol, int seconds) throws Exception {
    String envoy = System.getenv("ENVOY");
    assumeTrue(envoy != null, "no stock Envoy: set ENVOY to its path");
    Path config = Files.createDirectories(work.resolve("config"));
    int[] ports = RunningProxy.freePorts();
    InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    AtomicLong answers = new AtomicLong();
    try (EchoServer one = EchoServer.start(any);
        EchoServer two = EchoServer.start(any)) {
      var changes = new Changes(config, ports[1], one.address().getPort(), two.address().getPort());
      changes.first();
      try (ControlPlane plane =
              ControlPlane.start(
                  new ControlPlane.Options(config, any, any, MeshConfig.DEFAULT, false));
          RunningProxy proxy =
              RunningProxy.envoy(
                  Path.of(envoy), bootstrap(protocol, ports[0], plane.xdsPort()), ports[0])) {
        awaitOk(ports[1]);
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          boolean keep = i % 2 == 0;
          callers.add(
              Thread.ofVirtual()
                  .start(
                      () -> {
                        while (!stop.get()) {
                          String failure = failure(ports[1], keep);
                          if (failure != null) {
                            failures.add(failure);
                          }
                          answers.incrementAndGet();
                        }
                      }));
        }
        int steps = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
          changes.next();
          steps++;
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(CHANGE_MILLIS));
        }
        stop.set(true);
        for (Thread caller : callers) {
          caller.join();
        }
        String stats = text(ports[0], "/stats?filter=update_");
        assertThat(stats.lines().filter(l -> l.contains("rejected") && !l.endsWith(": 0")))
            .as(proxy.log())
            .isEmpty();
        assertThat(failures).as("failures of " + answers + " calls").isEmpty();
        assertThat(answers.get()).isPositive();
        System.out.printf(
            "%s: %d changes, %d requests, %d updates taken, none rejected, none failed%n",
            protocol, steps, answers.get(), taken(stats));
      }
    }
  }

  private static long taken(String stats) {
    return stats
        .lines()
        .filter(line -> line.contains("update_success: "))
        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static void awaitOk(int port) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    String failure = failure(port, false);
    while (failure != null && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
      failure = failure(port, false);
    }
    assertThat(failure).isNull();
  }

  private static String failure(int port, boolean keep) {
    try {
      var call =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/web").toURL().openConnection();
      call.setReadTimeout(10_000);
      if (!keep) {
        call.setRequestProperty("connection", "close");
      }
      int status = call.getResponseCode();
      try (InputStream body = status < 400 ? call.getInputStream() : call.getErrorStream()) {
        String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
        return status == 200 ? null : status + " " + text;
      }
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String text(int port, String path) throws IOException {
    try (InputStream in = URI.create("http://127.0.0.1:" + port + path).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Path bootstrap(String protocol, int admin, int xds) throws IOException {
    return Files.writeString(
        work.resolve("bootstrap.yaml"),
        """
        node:
          id: router~10.9.9.9~edge.shop~shop.svc.cluster.local
          cluster: edge.shop
          metadata: {LABELS: {istio: edge}, NAMESPACE: shop}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        dynamic_resources:
          ads_config:
            api_type: %s
            transport_api_version: V3
            set_node_on_first_message_only: true
            grpc_services: [{envoy_grpc: {cluster_name: xds-grpc}}]
          cds_config: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}
          lds_config: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}
        static_resources:
          clusters:
          - name: xds-grpc
            type: STATIC
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {http2_protocol_options: {}}
            load_assignment:
              cluster_name: xds-grpc
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        """
            .formatted(admin, protocol, xds));
  }

  /** One folder under change; whatever it holds, {@code /web} is served. */
  private static final class Changes {
    private final Random random = new Random(7);
    private final Path folder;
    private final int port;
    private final int[] upstreams;

    Changes(Path folder, int port, int... upstreams) {
      this.folder = folder;
      this.port = port;
      this.upstreams = upstreams;
    }

    void first() throws IOException {
      put(
          "gateway.yaml",
          """
          apiVersion: networking.istio.io/v1
          kind: Gateway
          metadata: {name: edge, namespace: shop}
          spec:
            selector: {istio: edge}
            servers: [{port: {number: %d, name: http, protocol: HTTP}, hosts: ["*"]}]
          """
              .formatted(port));
      service("a");
      service("b");
      route();
    }

    void next() throws IOException {
      switch (random.nextInt(6)) {
        case 0 -> service(random.nextBoolean() ? "a" : "b");
        case 1 -> route();
        case 2 -> rule();
        case 3 -> patch();
        case 4 -> {
          String name = "extra" + random.nextInt(5);
          if (random.nextBoolean()) {
            service(name);
          } else {
            Files.deleteIfExists(folder.resolve(name + ".yaml"));
          }
        }
        default -> {
          service("a");
          route();
          rule();
        }
      }
    }

    private void service(String name) throws IOException {
      int first = random.nextInt(2);
      String second =
          random.nextBoolean()
              ? ", {address: 127.0.0.1, ports: {http: " + upstreams[1 - first] + "}}"
              : "";
      put(
          name + ".yaml",
          """
          apiVersion: networking.istio.io/v1
          kind: ServiceEntry
          metadata: {name: %1$s, namespace: shop}
          spec:
            hosts: [%1$s.example.com]
            ports: [{number: 80, name: http, protocol: HTTP}]
            resolution: STATIC
            endpoints: [{address: 127.0.0.1, ports: {http: %2$d}, labels: {v: one}}%3$s]
          """
              .formatted(name, upstreams[first], second));
    }

    private void route() throws IOException {
      int weight = random.nextInt(101);
      put(
          "route.yaml",
          """
          apiVersion: networking.istio.io/v1
          kind: VirtualService
          metadata: {name: web, namespace: shop}
          spec:
            hosts: ["*"]
            gateways: [edge]
            http:
            - match: [{uri: {prefix: /web}}]
              timeout: %ds
              headers: {request: {set: {x-step: "%d"}}}
              route:
              - {destination: {host: a.example.com}, weight: %d}
              - {destination: {host: b.example.com}, weight: %d}
            - match: [{uri: {prefix: /other}}]
              directResponse: {status: 404}
          """
              .formatted(5 + random.nextInt(10), random.nextInt(1000), weight, 100 - weight));
    }

    private void rule() throws IOException {
      if (random.nextInt(4) == 0) {
        Files.deleteIfExists(folder.resolve("rule.yaml"));
        return;
      }
      String[] balancers = {"ROUND_ROBIN", "LEAST_REQUEST", "RANDOM"};
      put(
          "rule.yaml",
          """
          apiVersion: networking.istio.io/v1
          kind: DestinationRule
          metadata: {name: a, namespace: shop}
          spec:
            host: a.example.com
            trafficPolicy:
              loadBalancer: {simple: %s}
              connectionPool: {tcp: {connectTimeout: %ds}}
            subsets: [{name: one, labels: {v: one}}]
          """
              .formatted(balancers[random.nextInt(3)], 2 + random.nextInt(5)));
    }

    private void patch() throws IOException {
      if (random.nextInt(3) == 0) {
        Files.deleteIfExists(folder.resolve("patch.yaml"));
        return;
      }
      put(
          "patch.yaml",
          """
          apiVersion: networking.istio.io/v1alpha3
          kind: EnvoyFilter
          metadata: {name: lua, namespace: shop}
          spec:
            configPatches:
            - applyTo: HTTP_FILTER
              match:
                context: GATEWAY
                listener: {filterChain: {filter: {
                  name: envoy.filters.network.http_connection_manager,
                  subFilter: {name: envoy.filters.http.router}}}}
              patch:
                operation: INSERT_BEFORE
                value:
                  name: envoy.filters.http.lua
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
                    default_source_code:
                      inline_string: |
                        function envoy_on_response(handle)
                          handle:headers():add("x-step", "%d")
                        end
          """
              .formatted(random.nextInt(1000)));
    }

    /** Replaces a file in one step. */
    private void put(String name, String text) throws IOException {
      Path whole = Files.writeString(folder.resolveSibling(name + ".new"), text);
      Files.move(whole, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
