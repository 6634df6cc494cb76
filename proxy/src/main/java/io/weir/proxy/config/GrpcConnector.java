package io.weir.proxy.config;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.weir.xds.ResourceType;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens xDS streams over gRPC, one endpoint of the server after the other. */
final class GrpcConnector implements DiscoveryClient.Connector {
  private final GrpcChannels channels;
  private final GrpcService service;
  private final Supplier<List<GrpcChannels.Target>> targets;
  private final Node node;
  private final boolean delta;
  private final @Nullable ResourceType only;
  private @Nullable ManagedChannel channel;
  private int next;
  private String target = "";

  /**
   * @param delta whether to speak the delta protocol
   * @param only the type of a stream that is no ADS stream
   */
  GrpcConnector(
      GrpcChannels channels,
      GrpcService service,
      Supplier<List<GrpcChannels.Target>> targets,
      Node node,
      boolean delta,
      @Nullable ResourceType only) {
    this.channels = channels;
    this.service = service;
    this.targets = targets;
    this.node = node;
    this.delta = delta;
    this.only = only;
  }

  @Override
  public Wire open(DiscoveryClient client) {
    close();
    List<GrpcChannels.Target> now = targets.get();
    GrpcChannels.Target chosen = now.get(next++ % now.size());
    target = chosen.address().toString();
    ManagedChannel opened = channels.open(chosen, service);
    channel = opened;
    return delta
        ? new DeltaWire(client, node)
            .open(
                opened,
                method(
                    DeltaDiscoveryRequest.getDefaultInstance(),
                    DeltaDiscoveryResponse.getDefaultInstance()))
        : new SotwWire(client, node)
            .open(
                opened,
                method(
                    DiscoveryRequest.getDefaultInstance(), DiscoveryResponse.getDefaultInstance()));
  }

  private <Q extends Message, R extends Message> MethodDescriptor<Q, R> method(
      Q request, R response) {
    return MethodDescriptor.<Q, R>newBuilder()
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setFullMethodName(methodName())
        .setRequestMarshaller(ProtoUtils.marshaller(request))
        .setResponseMarshaller(ProtoUtils.marshaller(response))
        .build();
  }

  private String methodName() {
    if (only == null) {
      return "envoy.service.discovery.v3.AggregatedDiscoveryService/"
          + (delta ? "DeltaAggregatedResources" : "StreamAggregatedResources");
    }
    String verb = delta ? "Delta" : "Stream";
    return switch (only) {
      case CLUSTER -> "envoy.service.cluster.v3.ClusterDiscoveryService/" + verb + "Clusters";
      case ENDPOINT -> "envoy.service.endpoint.v3.EndpointDiscoveryService/" + verb + "Endpoints";
      case LISTENER -> "envoy.service.listener.v3.ListenerDiscoveryService/" + verb + "Listeners";
      case ROUTE -> "envoy.service.route.v3.RouteDiscoveryService/" + verb + "Routes";
      case SECRET -> "envoy.service.secret.v3.SecretDiscoveryService/" + verb + "Secrets";
      case RUNTIME -> "envoy.service.runtime.v3.RuntimeDiscoveryService/" + verb + "Runtime";
      case SCOPED_ROUTE ->
          "envoy.service.route.v3.ScopedRoutesDiscoveryService/" + verb + "ScopedRoutes";
      case VIRTUAL_HOST ->
          "envoy.service.route.v3.VirtualHostDiscoveryService/" + verb + "VirtualHosts";
      case EXTENSION_CONFIG ->
          "envoy.service.extension.v3.ExtensionConfigDiscoveryService/" + verb + "ExtensionConfigs";
    };
  }

  @Override
  public String target() {
    return target;
  }

  @Override
  public void close() {
    ManagedChannel old = channel;
    channel = null;
    if (old != null) {
      old.shutdownNow();
    }
  }
}
