package io.weir.controlplane.ads;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.weir.controlplane.ControlPlane;
import io.weir.controlplane.DeltaClient;
import io.weir.controlplane.config.MeshConfig;
import io.weir.xds.ResourceType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that stall, flood, lie or never answer: the others get their changes as ever. */
final class HostileClientsTest {
  private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);
  private static final String NODE = "router~10.9.9.9~edge.shop~x";
  private static final int CROWD = 20;
  private static final int SERVICES = 500;

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private ControlPlane plane;

  @BeforeEach
  void start() throws IOException {
    var services = new StringBuilder();
    for (int i = 0; i < SERVICES; i++) {
      services.append(service("s" + i));
    }
    Files.writeString(folder.resolve("services.yaml"), services);
    plane =
        ControlPlane.start(
            new ControlPlane.Options(folder, ANY_PORT, ANY_PORT, MeshConfig.DEFAULT, false));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    plane.close();
  }

  private static String service(String name) {
    return """
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: %1$s, namespace: shop}
        spec:
          hosts: [%1$s.example.com]
          ports: [{number: 80, name: http, protocol: HTTP}]
          resolution: STATIC
          endpoints: [{address: 10.0.0.1}]
        """
        .formatted(name);
  }

  private static DeltaDiscoveryRequest.Builder clusters() {
    return DeltaDiscoveryRequest.newBuilder()
        .setNode(Node.newBuilder().setId(NODE))
        .setTypeUrl(ResourceType.CLUSTER.typeUrl());
  }

  /** A stream that never asks for a message, so that the server's window fills. */
  private ClientCallStreamObserver<DeltaDiscoveryRequest> deafClient(CountDownLatch ended) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", plane.xdsPort())
            .usePlaintext()
            .flowControlWindow(1 << 16)
            .build();
    open.add(channel::shutdownNow);
    var stream = new ClientCallStreamObserver<?>[1];
    AggregatedDiscoveryServiceGrpc.newStub(channel)
        .deltaAggregatedResources(
            new ClientResponseObserver<DeltaDiscoveryRequest, DeltaDiscoveryResponse>() {
              @Override
              public void beforeStart(ClientCallStreamObserver<DeltaDiscoveryRequest> out) {
                out.disableAutoRequestWithInitial(0);
                stream[0] = out;
              }

              @Override
              public void onNext(DeltaDiscoveryResponse response) {}

              @Override
              public void onError(Throwable error) {
                ended.countDown();
              }

              @Override
              public void onCompleted() {
                ended.countDown();
              }
            });
    @SuppressWarnings("unchecked")
    var out = (ClientCallStreamObserver<DeltaDiscoveryRequest>) stream[0];
    return out;
  }

  /** A change reaches a client that behaves, within the time of a debounce and a push. */
  private void aGoodClientIsServed() throws Exception {
    DeltaClient good = new DeltaClient(plane.xdsPort(), NODE);
    open.add(good);
    good.subscribe(ResourceType.CLUSTER);
    DeltaDiscoveryResponse first = good.take();
    assertThat(first.getResourcesCount()).isGreaterThanOrEqualTo(SERVICES);
    good.acknowledge(first);
    for (int i = 0; i < 5; i++) {
      long before = System.nanoTime();
      Files.writeString(folder.resolve("more.yaml"), service("more" + i));
      DeltaDiscoveryResponse change = good.take();
      assertThat(DeltaClient.names(change)).contains("outbound|80||more" + i + ".example.com");
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before)).isLessThan(5_000);
      good.acknowledge(change);
    }
  }

  @Test
  void clientsThatDoNotReadHoldNobodyBack() throws Exception {
    for (int i = 0; i < CROWD; i++) {
      deafClient(new CountDownLatch(1)).onNext(clusters().build());
    }
    aGoodClientIsServed();
  }

  @Test
  void clientsThatNeverAnswerHoldNobodyBack() throws Exception {
    for (int i = 0; i < CROWD; i++) {
      DeltaClient silent = new DeltaClient(plane.xdsPort(), NODE);
      open.add(silent);
      silent.subscribe(ResourceType.CLUSTER);
      silent.take();
    }
    aGoodClientIsServed();
  }

  @Test
  void aFloodIsWorkedOff() throws Exception {
    for (int i = 0; i < 4; i++) {
      var flood = deafClient(new CountDownLatch(1));
      flood.onNext(clusters().build());
      for (int j = 0; j < 5_000; j++) {
        flood.onNext(
            DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(ResourceType.ENDPOINT.typeUrl())
                .addResourceNamesSubscribe("outbound|80||nobody" + j + ".example.com")
                .build());
      }
    }
    aGoodClientIsServed();
  }

  @Test
  void liesAreNotBelieved() throws Exception {
    var liar = deafClient(new CountDownLatch(1));
    liar.onNext(clusters().putInitialResourceVersions("no such cluster", "7").build());
    liar.onNext(clusters().setResponseNonce("never sent").build());
    liar.onNext(clusters().addResourceNamesUnsubscribe("never subscribed").build());
    liar.onNext(DeltaDiscoveryRequest.newBuilder().setTypeUrl("no/such.Type").build());
    liar.onNext(DeltaDiscoveryRequest.newBuilder().build());
    aGoodClientIsServed();
  }

  @Test
  void aChangedNodeDoesNotChangeWhoTheClientIs() throws Exception {
    var ended = new CountDownLatch(1);
    var liar = deafClient(ended);
    liar.onNext(clusters().build());
    liar.onNext(clusters().setNode(Node.newBuilder().setId("rubbish")).build());
    aGoodClientIsServed();
  }
}
