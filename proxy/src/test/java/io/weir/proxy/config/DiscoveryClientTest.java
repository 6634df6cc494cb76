package io.weir.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.weir.proxy.stats.StatsStore;
import io.weir.proxy.worker.ControlThread;
import io.weir.xds.ProblemList;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.YamlReader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The xDS client against a real gRPC server. */
class DiscoveryClientTest {
  private static final String ROUTE = ResourceType.ROUTE.typeUrl();

  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private final ControlThread control = new ControlThread(failures::add);
  private final StatsStore stats = new StatsStore(1);
  private FakeControlPlane server;
  private ConfigSources sources;

  @BeforeEach
  void start() throws Exception {
    server = new FakeControlPlane();
  }

  @AfterEach
  void stop() throws Exception {
    control.call(
        () -> {
          sources.close();
          return null;
        });
    control.close();
    server.close();
    assertThat(failures).isEmpty();
  }

  /** Records what it is told; refuses resources with the version "bad". */
  private static final class Recorder implements SourceWatcher {
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public Set<String> onChange(
        List<Resource> changed, List<String> removed, ProblemList problems) {
      Set<String> rejected = new HashSet<>();
      for (Resource resource : changed) {
        if (resource.version().startsWith("bad")) {
          problems.in("route " + resource.name()).add("a.b", "is bad", "make it good");
          problems.in("route " + resource.name()).add("c", "is worse");
          rejected.add(resource.name());
        }
        events.add(resource.name() + "@" + resource.version());
      }
      removed.forEach(name -> events.add("-" + name));
      return rejected;
    }

    @Override
    public void onInitialFetchTimeout(boolean late) {
      events.add("timeout");
    }

    String next() throws InterruptedException {
      return String.valueOf(events.poll(10, TimeUnit.SECONDS));
    }
  }

  private ResourceSource connect(String apiType) throws Exception {
    String yaml =
        """
        dynamic_resources:
          ads_config:
            api_type: %s
            grpc_services: [{envoy_grpc: {cluster_name: xds}}]
        static_resources:
          clusters:
          - name: xds
            load_assignment:
              cluster_name: xds
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        """
            .formatted(apiType, server.port());
    var problems = new ProblemList();
    Bootstrap bootstrap =
        ProtoReader.read(
            YamlReader.read(yaml, "test", problems), Bootstrap.getDefaultInstance(), problems);
    assertThat(problems.all()).isEmpty();
    sources =
        new ConfigSources(
            control,
            new ControlPlaneStats(stats.control()),
            bootstrap,
            name ->
                bootstrap.getStaticResources().getClustersList().stream()
                    .filter(cluster -> cluster.getName().equals(name))
                    .findFirst()
                    .orElse(null),
            Node.newBuilder().setId("n1").build());
    return control.call(() -> sources.find(Subscriptions.ADS, ResourceType.ROUTE, problems));
  }

  private Recorder watch(ResourceSource source, ResourceType type, String name, long timeout) {
    var recorder = new Recorder();
    control.execute(() -> source.watch(type, name, recorder, timeout));
    return recorder;
  }

  private static io.envoyproxy.envoy.service.discovery.v3.Resource route(
      String name, String version) {
    return io.envoyproxy.envoy.service.discovery.v3.Resource.newBuilder()
        .setName(name)
        .setVersion(version)
        .setResource(Any.pack(RouteConfiguration.newBuilder().setName(name).build()))
        .build();
  }

  private static DeltaDiscoveryResponse.Builder delta(String nonce) {
    return DeltaDiscoveryResponse.newBuilder().setTypeUrl(ROUTE).setNonce(nonce);
  }

  @Test
  void deltaSubscribesAcknowledgesAndUnsubscribes() throws Exception {
    ResourceSource source = connect("DELTA_GRPC");
    Recorder a = watch(source, ResourceType.ROUTE, "a", 0);
    DeltaDiscoveryRequest first = server.nextDelta();
    assertThat(first.getNode().getId()).isEqualTo("n1");
    assertThat(first.getTypeUrl()).isEqualTo(ROUTE);
    assertThat(first.getResourceNamesSubscribeList()).containsExactly("a");

    var stream = server.deltaStream();
    stream.onNext(delta("1").addResources(route("a", "v1")).build());
    assertThat(a.next()).isEqualTo("a@v1");
    DeltaDiscoveryRequest ack = server.nextDelta();
    assertThat(ack.getResponseNonce()).isEqualTo("1");
    assertThat(ack.hasErrorDetail()).isFalse();
    assertThat(ack.hasNode()).isFalse();

    Recorder b = watch(source, ResourceType.ROUTE, "b", 0);
    assertThat(server.nextDelta().getResourceNamesSubscribeList()).containsExactly("b");
    control.execute(() -> source.unwatch(ResourceType.ROUTE, "b", b));
    assertThat(server.nextDelta().getResourceNamesUnsubscribeList()).containsExactly("b");

    stream.onNext(delta("2").addRemovedResources("a").build());
    assertThat(a.next()).isEqualTo("-a");
    assertThat(server.nextDelta().getResponseNonce()).isEqualTo("2");
  }

  @Test
  void nackHoldsEveryProblemAndGoodResourcesOfTheSameResponseAreTaken() throws Exception {
    ResourceSource source = connect("DELTA_GRPC");
    Recorder a = watch(source, ResourceType.ROUTE, "a", 0);
    Recorder b = watch(source, ResourceType.ROUTE, "b", 0);
    server.nextDelta();
    server
        .deltaStream()
        .onNext(delta("1").addResources(route("a", "bad1")).addResources(route("b", "v1")).build());
    DeltaDiscoveryRequest nack = server.nextDelta();
    assertThat(nack.getResponseNonce()).isEqualTo("1");
    assertThat(nack.getErrorDetail().getCode()).isEqualTo(3);
    assertThat(nack.getErrorDetail().getMessage())
        .isEqualTo("route a: a.b: is bad (make it good)\nroute a: c: is worse");
    assertThat(b.next()).isEqualTo("b@v1");
    assertThat(a.next()).isEqualTo("a@bad1");
  }

  @Test
  void reconnectTellsTheVersionsThatWereTaken() throws Exception {
    ResourceSource source = connect("DELTA_GRPC");
    Recorder a = watch(source, ResourceType.ROUTE, "a", 0);
    Recorder b = watch(source, ResourceType.ROUTE, "b", 0);
    server.nextDelta();
    var stream = server.deltaStream();
    stream.onNext(delta("1").addResources(route("a", "v1")).addResources(route("b", "v1")).build());
    server.nextDelta();
    stream.onNext(delta("2").addResources(route("b", "bad2")).build());
    assertThat(server.nextDelta().hasErrorDetail()).isTrue();
    stream.onError(io.grpc.Status.UNAVAILABLE.asException());

    DeltaDiscoveryRequest again = server.nextDelta();
    assertThat(again.getNode().getId()).isEqualTo("n1");
    assertThat(again.getResponseNonce()).isEmpty();
    assertThat(again.getResourceNamesSubscribeList()).containsExactly("a", "b");
    assertThat(again.getInitialResourceVersionsMap())
        .containsEntry("a", "v1")
        .containsEntry("b", "v1");
    assertThat(a.events).containsExactly("a@v1");
    assertThat(b.events).containsExactly("b@v1", "b@bad2");
  }

  @Test
  void aWildcardIsAnEmptyFirstSubscription() throws Exception {
    ResourceSource source = connect("DELTA_GRPC");
    watch(source, ResourceType.CLUSTER, ResourceSource.ALL, 0);
    DeltaDiscoveryRequest first = server.nextDelta();
    assertThat(first.getTypeUrl()).isEqualTo(ResourceType.CLUSTER.typeUrl());
    assertThat(first.getResourceNamesSubscribeList()).isEmpty();
  }

  @Test
  void aLateWatcherGetsWhatIsKnownWithoutAnotherRequest() throws Exception {
    ResourceSource source = connect("DELTA_GRPC");
    watch(source, ResourceType.ROUTE, "a", 0);
    server.nextDelta();
    server.deltaStream().onNext(delta("1").addResources(route("a", "v1")).build());
    server.nextDelta();
    Recorder late = watch(source, ResourceType.ROUTE, "a", 0);
    assertThat(late.next()).isEqualTo("a@v1");
    Recorder other = watch(source, ResourceType.ROUTE, "z", 0);
    assertThat(server.nextDelta().getResourceNamesSubscribeList()).containsExactly("z");
    assertThat(other.events).isEmpty();
  }

  @Test
  void theFirstVersionMayComeTooLate() throws Exception {
    ResourceSource source = connect("DELTA_GRPC");
    assertThat(watch(source, ResourceType.ROUTE, "a", 20).next()).isEqualTo("timeout");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GRPC", "AGGREGATED_GRPC"})
  void stateOfTheWorldRepeatsVersionAndNonce(String apiType) throws Exception {
    ResourceSource source = connect(apiType);
    Recorder all = watch(source, ResourceType.CLUSTER, ResourceSource.ALL, 0);
    DiscoveryRequest first = server.next();
    assertThat(first.getNode().getId()).isEqualTo("n1");
    assertThat(first.getVersionInfo()).isEmpty();

    var stream = server.stream();
    stream.onNext(clusters("v1", "1", "x", "y"));
    assertThat(all.next()).isEqualTo("x@v1");
    assertThat(all.next()).isEqualTo("y@v1");
    DiscoveryRequest ack = server.next();
    assertThat(ack.getVersionInfo()).isEqualTo("v1");
    assertThat(ack.getResponseNonce()).isEqualTo("1");

    stream.onNext(clusters("bad", "2", "y", "z"));
    assertThat(all.next()).isEqualTo("z@bad");
    assertThat(all.next()).isEqualTo("-x");
    DiscoveryRequest nack = server.next();
    assertThat(nack.getVersionInfo()).isEqualTo("v1");
    assertThat(nack.getResponseNonce()).isEqualTo("2");
    assertThat(nack.getErrorDetail().getMessage()).contains("route z: a.b: is bad");
  }

  private static DiscoveryResponse clusters(String version, String nonce, String... names) {
    var response =
        DiscoveryResponse.newBuilder()
            .setTypeUrl(ResourceType.CLUSTER.typeUrl())
            .setVersionInfo(version)
            .setNonce(nonce);
    for (String name : names) {
      response.addResources(
          Any.pack(
              io.envoyproxy.envoy.config.cluster.v3.Cluster.newBuilder().setName(name).build()));
    }
    return response.build();
  }
}
