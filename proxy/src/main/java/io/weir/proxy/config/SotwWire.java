package io.weir.proxy.config;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.weir.xds.ProblemList;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import io.weir.xds.codec.MessageTypes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream of the state-of-the-world protocol: a response holds all that was asked for. */
final class SotwWire implements Wire, ClientResponseObserver<DiscoveryRequest, DiscoveryResponse> {
  private final DiscoveryClient client;
  private final Node node;
  private final Map<ResourceType, Answered> answered = new EnumMap<>(ResourceType.class);
  private @Nullable ClientCallStreamObserver<DiscoveryRequest> requests;
  private boolean nodeSent;
  private String responseVersion = "";

  /** What every request of a type repeats. */
  private record Answered(String version, String nonce) {
    static final Answered NOTHING = new Answered("", "");
  }

  SotwWire(DiscoveryClient client, Node node) {
    this.client = client;
    this.node = node;
  }

  SotwWire open(Channel channel, MethodDescriptor<DiscoveryRequest, DiscoveryResponse> method) {
    ClientCalls.asyncBidiStreamingCall(channel.newCall(method, CallOptions.DEFAULT), this);
    return this;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<DiscoveryRequest> stream) {
    requests = stream;
    stream.setOnReadyHandler(() -> client.onOpen(this));
  }

  @Override
  public void subscribe(TypeState state) {
    send(state, DiscoveryRequest.newBuilder());
  }

  @Override
  public void answer(TypeState state, String nonce, ProblemList problems) {
    Answered before = answered.getOrDefault(state.type(), Answered.NOTHING);
    DiscoveryRequest.Builder request = DiscoveryRequest.newBuilder();
    if (problems.isEmpty()) {
      answered.put(state.type(), new Answered(responseVersion, nonce));
    } else {
      answered.put(state.type(), new Answered(before.version, nonce));
      request.setErrorDetail(DeltaWire.rejection(problems));
    }
    send(state, request);
  }

  private void send(TypeState state, DiscoveryRequest.Builder request) {
    if (!nodeSent) {
      request.setNode(node);
      nodeSent = true;
    }
    state.subscribe();
    state.unsubscribe();
    Answered last = answered.getOrDefault(state.type(), Answered.NOTHING);
    request
        .setTypeUrl(state.type().typeUrl())
        .setVersionInfo(last.version)
        .setResponseNonce(last.nonce);
    if (!state.names().contains(ResourceSource.ALL)) {
      request.addAllResourceNames(state.names());
    }
    ClientCallStreamObserver<DiscoveryRequest> stream = requests;
    if (stream != null) {
      stream.onNext(request.build());
    }
  }

  @Override
  public void onNext(DiscoveryResponse response) {
    client.onResponse(this, () -> take(response));
  }

  private void take(DiscoveryResponse response) {
    ResourceType type = ResourceType.ofTypeUrl(response.getTypeUrl()).orElse(null);
    if (type == null) {
      return;
    }
    responseVersion = response.getVersionInfo();
    List<Resource> resources = new ArrayList<>(response.getResourcesCount());
    try {
      for (Any any : response.getResourcesList()) {
        resources.add(resource(any, type, response.getVersionInfo()));
      }
    } catch (InvalidProtocolBufferException e) {
      client.onUnreadable(
          this, type, response.getNonce(), "a resource is no " + type.messageName());
      return;
    }
    client.onState(this, type, resources, response.getVersionInfo(), response.getNonce());
  }

  /** A resource of a response, which may be wrapped to carry its name. */
  static Resource resource(Any any, ResourceType type, String version)
      throws InvalidProtocolBufferException {
    Message message = MessageTypes.unpack(any);
    if (message instanceof io.envoyproxy.envoy.service.discovery.v3.Resource wrapped) {
      return new Resource(wrapped.getName(), version, wrapped.getResource());
    }
    return new Resource(ResourceNames.of(type, message), version, any);
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
    ClientCallStreamObserver<DiscoveryRequest> stream = requests;
    if (stream != null) {
      stream.cancel("shutting down", null);
    }
  }
}
