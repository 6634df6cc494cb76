package io.weir.proxy.config;

import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.weir.xds.ProblemList;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream of the delta protocol: only changes travel, and each resource has its version. */
final class DeltaWire
    implements Wire, ClientResponseObserver<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
  private final DiscoveryClient client;
  private final Node node;
  private @Nullable ClientCallStreamObserver<DeltaDiscoveryRequest> requests;
  private boolean nodeSent;

  DeltaWire(DiscoveryClient client, Node node) {
    this.client = client;
    this.node = node;
  }

  DeltaWire open(
      Channel channel, MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> method) {
    ClientCalls.asyncBidiStreamingCall(channel.newCall(method, CallOptions.DEFAULT), this);
    return this;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<DeltaDiscoveryRequest> stream) {
    requests = stream;
    stream.setOnReadyHandler(() -> client.onOpen(this));
  }

  @Override
  public void subscribe(TypeState state) {
    send(state, DeltaDiscoveryRequest.newBuilder());
  }

  @Override
  public void answer(TypeState state, String nonce, ProblemList problems) {
    DeltaDiscoveryRequest.Builder request =
        DeltaDiscoveryRequest.newBuilder().setResponseNonce(nonce);
    if (!problems.isEmpty()) {
      request.setErrorDetail(rejection(problems));
    }
    send(state, request);
  }

  private void send(TypeState state, DeltaDiscoveryRequest.Builder request) {
    if (!nodeSent) {
      request.setNode(node);
      nodeSent = true;
    }
    boolean first = !state.begun();
    if (first) {
      state
          .taken()
          .forEach(
              (name, resource) -> request.putInitialResourceVersions(name, resource.version()));
    }
    List<String> added = state.subscribe();
    // Nothing but "all" in the first request is how every server understands a wildcard.
    if (!(first && added.equals(List.of(ResourceSource.ALL)))) {
      request.addAllResourceNamesSubscribe(added);
    }
    request.addAllResourceNamesUnsubscribe(state.unsubscribe());
    ClientCallStreamObserver<DeltaDiscoveryRequest> stream = requests;
    if (stream != null) {
      stream.onNext(request.setTypeUrl(state.type().typeUrl()).build());
    }
  }

  /** INVALID_ARGUMENT with every problem. */
  static Status rejection(ProblemList problems) {
    var text = new StringBuilder();
    problems.errors().forEach(problem -> text.append(text.isEmpty() ? "" : "\n").append(problem));
    return Status.newBuilder()
        .setCode(io.grpc.Status.Code.INVALID_ARGUMENT.value())
        .setMessage(text.toString())
        .build();
  }

  @Override
  public void onNext(DeltaDiscoveryResponse response) {
    client.onResponse(this, () -> take(response));
  }

  private void take(DeltaDiscoveryResponse response) {
    ResourceType type = ResourceType.ofTypeUrl(response.getTypeUrl()).orElse(null);
    if (type == null) {
      return;
    }
    List<Resource> changed =
        response.getResourcesList().stream()
            .map(r -> new Resource(r.getName(), r.getVersion(), r.getResource()))
            .toList();
    client.onDelta(
        this,
        type,
        changed,
        response.getRemovedResourcesList(),
        response.getSystemVersionInfo(),
        response.getNonce());
  }

  @Override
  public void onError(Throwable failure) {
    client.onClosed(this, GrpcChannels.reason(failure));
  }

  @Override
  public void onCompleted() {
    client.onClosed(this, "closed by the server");
  }

  @Override
  public void close() {
    ClientCallStreamObserver<DeltaDiscoveryRequest> stream = requests;
    if (stream != null) {
      stream.cancel("shutting down", null);
    }
  }
}
