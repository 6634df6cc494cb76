package io.weir.controlplane.ads;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.weir.controlplane.generate.Provenance;
import io.weir.controlplane.generate.ProxyResources;
import io.weir.controlplane.generate.ResourceCache;
import io.weir.controlplane.patch.Profile;
import io.weir.controlplane.push.ChangedServices;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Serves push contexts to xDS clients. Any thread. */
public final class AdsServer implements AutoCloseable {

  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  private static final long KEEPALIVE_SECONDS = 30;
  private static final long MIN_CLIENT_KEEPALIVE_SECONDS = 10;
  private static final long CLOSE_SECONDS = 2;

  private final Set<ProxyConnection> connections = ConcurrentHashMap.newKeySet();
  private final Semaphore generating =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));
  private final AtomicLong ids = new AtomicLong();
  private final Map<ResourceType, LongAdder> responses = new EnumMap<>(ResourceType.class);
  private final PushSource source = new Source();
  private final ResourceCache cache;
  private final Profile profile;
  private volatile PushContext context;
  private @Nullable Server server;

  /**
   * @param profile of EnvoyFilters
   */
  public AdsServer(PushContext context, Profile profile) {
    this.context = context;
    this.profile = profile;
    this.cache = new ResourceCache(context, profile);
    for (ResourceType type : ResourceType.values()) {
      responses.put(type, new LongAdder());
    }
  }

  /** Binds the address; port 0 takes a free one. */
  public void start(InetSocketAddress address) throws IOException {
    server =
        NettyServerBuilder.forAddress(address)
            // Handlers only post events.
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveTime(MIN_CLIENT_KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(new Service())
            .build()
            .start();
  }

  public int port() {
    Server running = server;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running.getPort();
  }

  /** Makes a context the newest and lets every client have what is new in it. */
  public void push(PushContext next) {
    ChangedServices changed = ChangedServices.between(context, next);
    context = next;
    List<ProxyConnection> others = new ArrayList<>();
    for (ProxyConnection connection : connections) {
      Proxy proxy = connection.proxy();
      if (proxy != null && changed.concern(proxy)) {
        connection.push();
      } else {
        others.add(connection);
      }
    }
    others.forEach(ProxyConnection::push);
  }

  public PushContext context() {
    return context;
  }

  public int connectionCount() {
    return connections.size();
  }

  /** Responses sent, by type. */
  public Map<ResourceType, Long> responses() {
    Map<ResourceType, Long> counts = new EnumMap<>(ResourceType.class);
    responses.forEach((type, count) -> counts.put(type, count.sum()));
    return counts;
  }

  /** How often the resources of a proxy were generated. */
  public long generations() {
    return cache.generated();
  }

  /** What was generated, and for whom it serves. */
  public ResourceCache cache() {
    return cache;
  }

  /** All connections, each as its own thread sees it. */
  public List<ConnectionStatus> status() {
    List<CompletableFuture<ConnectionStatus>> pictures = new ArrayList<>();
    connections.forEach(connection -> pictures.add(connection.status()));
    return pictures.stream()
        .map(picture -> picture.completeOnTimeout(null, 1, TimeUnit.SECONDS).join())
        .filter(status -> status != null && !status.proxyId().isEmpty())
        .toList();
  }

  /**
   * What each proxy that asks for a resource made of it: {@code Serving}, {@code Sent} (no answer
   * yet), {@code Waiting} (there is nothing to send) or {@code Refused: reason}.
   */
  public Map<String, String> delivered(ResourceType type, String name) {
    Map<String, CompletableFuture<@Nullable String>> asked = new TreeMap<>();
    for (ProxyConnection connection : connections) {
      Proxy proxy = connection.proxy();
      if (proxy != null) {
        asked.put(proxy.name() + "." + proxy.namespace(), connection.delivered(type, name));
      }
    }
    Map<String, String> told = new TreeMap<>();
    asked.forEach(
        (proxy, future) -> {
          String state = future.completeOnTimeout(null, 1, TimeUnit.SECONDS).join();
          if (state != null) {
            told.put(proxy, state);
          }
        });
    return told;
  }

  /** What a connected proxy should have, or null when it is not connected. */
  public @Nullable ProxyResources resources(String proxyId) {
    ProxyConnection connection = find(proxyId);
    return connection == null
        ? null
        : connection.resources().completeOnTimeout(null, 1, TimeUnit.SECONDS).join();
  }

  /** A connected proxy by its node id or its {@code name.namespace}; null when there is none. */
  public @Nullable Proxy proxy(String proxyId) {
    ProxyConnection connection = find(proxyId);
    return connection == null ? null : connection.proxy();
  }

  /** Ends a proxy's stream; false when it is not connected. */
  public boolean disconnect(String proxyId) {
    ProxyConnection connection = find(proxyId);
    if (connection == null) {
      return false;
    }
    connection.disconnect();
    return true;
  }

  private @Nullable ProxyConnection find(String proxyId) {
    for (ProxyConnection connection : connections) {
      Proxy proxy = connection.proxy();
      if (proxy != null
          && (proxy.id().equals(proxyId)
              || (proxy.name() + "." + proxy.namespace()).equals(proxyId))) {
        return connection;
      }
    }
    return null;
  }

  @Override
  public void close() {
    Server running = server;
    if (running == null) {
      return;
    }
    running.shutdownNow();
    connections.forEach(connection -> connection.post(new ConnectionEvent.Closed()));
    try {
      running.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Begins a connection over any transport. */
  ProxyConnection open(boolean delta, ClientStream stream) {
    ProxyConnection connection =
        new ProxyConnection(Long.toString(ids.incrementAndGet()), delta, stream, source);
    connections.add(connection);
    connection.start();
    return connection;
  }

  private final class Source implements PushSource {

    @Override
    public PushContext context() {
      return context;
    }

    @Override
    public ProxyResources generate(PushContext context, Proxy proxy) {
      generating.acquireUninterruptibly();
      try {
        return cache.get(context, proxy);
      } finally {
        generating.release();
      }
    }

    @Override
    public List<String> sources(
        PushContext context, Proxy proxy, ResourceType type, Resource resource) {
      return Provenance.of(context, proxy, profile).of(type, resource).stream()
          .map(Provenance.Source::toString)
          .toList();
    }

    @Override
    public void sent(ServerResponse response) {
      LongAdder count = responses.get(response.type());
      if (count != null) {
        count.increment();
      }
    }

    @Override
    public void closed(ProxyConnection connection) {
      connections.remove(connection);
    }
  }

  private final class Service
      extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {

    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
        StreamObserver<DeltaDiscoveryResponse> out) {
      var call = (ServerCallStreamObserver<DeltaDiscoveryResponse>) out;
      GrpcStream<DeltaDiscoveryResponse> stream = new GrpcStream<>(call, ServerResponse::toDelta);
      ProxyConnection connection = open(true, stream);
      stream.tell(connection);
      return new RequestObserver<>(
          connection,
          request ->
              new ConnectionEvent.Request(
                  request.hasNode() ? request.getNode() : null, ClientRequest.of(request)));
    }

    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(
        StreamObserver<DiscoveryResponse> out) {
      var call = (ServerCallStreamObserver<DiscoveryResponse>) out;
      GrpcStream<DiscoveryResponse> stream =
          new GrpcStream<>(call, ServerResponse::toStateOfTheWorld);
      ProxyConnection connection = open(false, stream);
      stream.tell(connection);
      return new RequestObserver<>(
          connection,
          request ->
              new ConnectionEvent.Request(
                  request.hasNode() ? request.getNode() : null, ClientRequest.of(request)));
    }
  }
}
