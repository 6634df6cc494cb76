package io.weir.proxy.config;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.weir.proxy.worker.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens gRPC channels to control planes. They have an event loop of their own, so that a busy
 * worker does not hold up configuration.
 */
final class GrpcChannels implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 256 << 20;
  private static final long KEEP_ALIVE_SECONDS = 30;

  private final Transport transport;
  private final EventLoopGroup loop;

  GrpcChannels(Transport transport) {
    this.transport = transport;
    this.loop = new MultiThreadIoEventLoopGroup(1, transport.ioHandlerFactory());
  }

  /** Where a service is. */
  record Target(SocketAddress address, String authority, boolean tls) {}

  ManagedChannel open(Target target, GrpcService service) {
    var builder =
        NettyChannelBuilder.forAddress(target.address)
            .eventLoopGroup(loop)
            .channelType(
                transport.clientChannel(target.address).asSubclass(io.netty.channel.Channel.class))
            .overrideAuthority(target.authority)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .directExecutor()
            .disableRetry();
    if (!target.tls) {
      builder.usePlaintext();
    }
    var headers = new Metadata();
    for (HeaderValue header : service.getInitialMetadataList()) {
      headers.put(
          Metadata.Key.of(header.getKey(), Metadata.ASCII_STRING_MARSHALLER), header.getValue());
    }
    if (!headers.keys().isEmpty()) {
      builder.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
    }
    return builder.build();
  }

  /** The endpoints of a cluster, each once, in the order they are written. */
  List<Target> targets(Cluster cluster, GrpcService service) {
    List<Target> targets = new ArrayList<>();
    boolean tls = cluster.hasTransportSocket();
    String authority = service.getEnvoyGrpc().getAuthority();
    for (LocalityLbEndpoints locality : cluster.getLoadAssignment().getEndpointsList()) {
      for (LbEndpoint endpoint : locality.getLbEndpointsList()) {
        SocketAddress address = address(endpoint.getEndpoint().getAddress());
        if (address != null) {
          targets.add(
              new Target(address, authority.isEmpty() ? cluster.getName() : authority, tls));
        }
      }
    }
    return targets;
  }

  private @Nullable SocketAddress address(Address address) {
    return switch (address.getAddressCase()) {
      case SOCKET_ADDRESS ->
          new InetSocketAddress(
              address.getSocketAddress().getAddress(), address.getSocketAddress().getPortValue());
      case PIPE -> transport.domainAddress(address.getPipe().getPath());
      default -> null;
    };
  }

  /** Why a stream ended, in a few words. */
  static String reason(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    Throwable cause = status.getCause();
    String detail = status.getDescription();
    if (cause != null && cause.getMessage() != null) {
      detail = cause.getMessage();
    }
    return status.getCode() + (detail == null ? "" : ": " + detail);
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
