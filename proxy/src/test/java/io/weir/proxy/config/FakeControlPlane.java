package io.weir.proxy.config;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A control plane in the hands of a test: it records requests and sends what it is told. */
final class FakeControlPlane implements AutoCloseable {
  private final BlockingQueue<DeltaDiscoveryRequest> deltaRequests = new LinkedBlockingQueue<>();
  private final BlockingQueue<DiscoveryRequest> requests = new LinkedBlockingQueue<>();
  private final BlockingQueue<StreamObserver<DeltaDiscoveryResponse>> deltaStreams =
      new LinkedBlockingQueue<>();
  private final BlockingQueue<StreamObserver<DiscoveryResponse>> streams =
      new LinkedBlockingQueue<>();
  private final Server server;

  FakeControlPlane() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(new Service())
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  DeltaDiscoveryRequest nextDelta() throws InterruptedException {
    return taken(deltaRequests);
  }

  DiscoveryRequest next() throws InterruptedException {
    return taken(requests);
  }

  StreamObserver<DeltaDiscoveryResponse> deltaStream() throws InterruptedException {
    return taken(deltaStreams);
  }

  StreamObserver<DiscoveryResponse> stream() throws InterruptedException {
    return taken(streams);
  }

  private static <T> T taken(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came");
    }
    return next;
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private final class Service
      extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {
    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
        StreamObserver<DeltaDiscoveryResponse> responses) {
      deltaStreams.add(responses);
      return new Recorder<>(deltaRequests);
    }

    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(
        StreamObserver<DiscoveryResponse> responses) {
      streams.add(responses);
      return new Recorder<>(requests);
    }
  }

  private record Recorder<T>(BlockingQueue<T> queue) implements StreamObserver<T> {
    @Override
    public void onNext(T value) {
      queue.add(value);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
