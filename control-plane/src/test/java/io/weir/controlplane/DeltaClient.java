package io.weir.controlplane;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.weir.xds.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A delta xDS client that does what a test says. */
public final class DeltaClient implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 10;
  private static final long QUIET_MILLIS = 300;

  private final ManagedChannel channel;
  private final StreamObserver<DeltaDiscoveryRequest> out;
  private final LinkedBlockingQueue<DeltaDiscoveryResponse> in = new LinkedBlockingQueue<>();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final Node node;

  public DeltaClient(int port, String nodeId) {
    node =
        Node.newBuilder()
            .setId(nodeId)
            .setMetadata(
                Struct.newBuilder()
                    .putFields(
                        "LABELS",
                        Value.newBuilder()
                            .setStructValue(
                                Struct.newBuilder()
                                    .putFields(
                                        "istio", Value.newBuilder().setStringValue("edge").build()))
                            .build()))
            .build();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    out =
        AggregatedDiscoveryServiceGrpc.newStub(channel)
            .deltaAggregatedResources(
                new StreamObserver<>() {
                  @Override
                  public void onNext(DeltaDiscoveryResponse response) {
                    in.add(response);
                  }

                  @Override
                  public void onError(Throwable error) {
                    failure.complete(error);
                  }

                  @Override
                  public void onCompleted() {
                    failure.complete(new IllegalStateException("completed"));
                  }
                });
  }

  public void subscribe(ResourceType type, String... names) {
    out.onNext(request(type).addAllResourceNamesSubscribe(List.of(names)).build());
  }

  public void resume(ResourceType type, Map<String, String> versions) {
    out.onNext(request(type).putAllInitialResourceVersions(versions).build());
  }

  public void acknowledge(DeltaDiscoveryResponse response) {
    out.onNext(
        DeltaDiscoveryRequest.newBuilder()
            .setTypeUrl(response.getTypeUrl())
            .setResponseNonce(response.getNonce())
            .build());
  }

  public void refuse(DeltaDiscoveryResponse response, String reason) {
    out.onNext(
        DeltaDiscoveryRequest.newBuilder()
            .setTypeUrl(response.getTypeUrl())
            .setResponseNonce(response.getNonce())
            .setErrorDetail(Status.newBuilder().setMessage(reason))
            .build());
  }

  private DeltaDiscoveryRequest.Builder request(ResourceType type) {
    return DeltaDiscoveryRequest.newBuilder().setNode(node).setTypeUrl(type.typeUrl());
  }

  public DeltaDiscoveryResponse take() throws InterruptedException {
    return Objects.requireNonNull(in.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "no response came");
  }

  /** Whether nothing comes for a while. */
  public boolean quiet() throws InterruptedException {
    return in.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS) == null;
  }

  public Throwable failure() throws Exception {
    return failure.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  public static List<String> names(DeltaDiscoveryResponse response) {
    return response.getResourcesList().stream().map(Resource::getName).toList();
  }

  public static Map<String, String> versions(DeltaDiscoveryResponse response) {
    Map<String, String> versions = new TreeMap<>();
    response.getResourcesList().forEach(r -> versions.put(r.getName(), r.getVersion()));
    return versions;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
