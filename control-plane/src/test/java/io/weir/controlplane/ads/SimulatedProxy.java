package io.weir.controlplane.ads;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Status;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * A client in the server's process for measurements: it serializes what it is sent, as a network
 * would demand, acknowledges at once, and asks for the endpoints and routes of what it has.
 */
final class SimulatedProxy implements ClientStream {

  private final Node node;
  private final BiConsumer<SimulatedProxy, ServerResponse> seen;
  private final Map<ResourceType, Set<String>> subscribed = new ConcurrentHashMap<>();
  final AtomicLong bytes = new AtomicLong();
  private ProxyConnection connection;
  private boolean named;

  SimulatedProxy(Node node, BiConsumer<SimulatedProxy, ServerResponse> seen) {
    this.node = node;
    this.seen = seen;
  }

  void connect(AdsServer server) {
    connection = server.open(true, this);
    request(ResourceType.CLUSTER, "", List.of());
    request(ResourceType.LISTENER, "", List.of());
  }

  private void request(ResourceType type, String nonce, List<String> subscribe) {
    connection.post(
        new ConnectionEvent.Request(
            named ? null : node,
            new ClientRequest(
                type.typeUrl(), nonce, null, List.of(), subscribe, List.of(), Map.of())));
    named = true;
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void send(ServerResponse response) {
    bytes.addAndGet(response.toDelta().toByteArray().length);
    request(response.type(), response.nonce(), List.of());
    if (response.type() == ResourceType.CLUSTER) {
      follow(ResourceType.ENDPOINT, names(response, "outbound|"));
    } else if (response.type() == ResourceType.LISTENER) {
      follow(
          ResourceType.ROUTE,
          names(response, "0.0.0.0_").stream().map(n -> n.substring(n.indexOf('_') + 1)).toList());
    }
    seen.accept(this, response);
  }

  private static List<String> names(ServerResponse response, String prefix) {
    return response.resources().stream()
        .map(Resource::name)
        .filter(name -> name.startsWith(prefix))
        .toList();
  }

  private void follow(ResourceType type, List<String> names) {
    Set<String> known = subscribed.computeIfAbsent(type, _ -> ConcurrentHashMap.newKeySet());
    List<String> fresh = names.stream().filter(known::add).toList();
    if (!fresh.isEmpty()) {
      request(type, "", fresh);
    }
  }

  void close() {
    connection.post(new ConnectionEvent.Closed());
  }

  @Override
  public void requestNext() {}

  @Override
  public void close(Status status) {}
}
