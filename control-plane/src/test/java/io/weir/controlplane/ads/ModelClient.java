package io.weir.controlplane.ads;

import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A client that behaves as Envoy does: all clusters and listeners, the endpoints of the clusters it
 * has, the route tables of the listeners it has. What it has it knows by name and version.
 */
final class ModelClient {

  static final List<ResourceType> TYPES =
      List.of(
          ResourceType.CLUSTER, ResourceType.ENDPOINT, ResourceType.LISTENER, ResourceType.ROUTE);

  final boolean delta;
  final Map<ResourceType, Map<String, String>> has = new EnumMap<>(ResourceType.class);
  final Queue<ServerResponse> inbox = new ArrayDeque<>();
  final List<String> violations = new ArrayList<>();
  boolean refused;
  private boolean reconnected;
  private final Map<ResourceType, Set<String>> subscribed = new EnumMap<>(ResourceType.class);
  private final Map<ResourceType, String> nonces = new EnumMap<>(ResourceType.class);
  private ClientState server;

  ModelClient(boolean delta) {
    this.delta = delta;
    TYPES.forEach(type -> has.put(type, new TreeMap<>()));
    connect();
  }

  ClientState server() {
    return server;
  }

  /** A new stream, on which the client says what it has. */
  void connect() {
    reconnected = server != null;
    server = new ClientState(delta);
    inbox.clear();
    nonces.clear();
    subscribed.clear();
    for (ResourceType type : List.of(ResourceType.CLUSTER, ResourceType.LISTENER)) {
      send(type, "", null, List.of(), List.of(), List.of(), Map.copyOf(has.get(type)));
      subscribed.put(type, Set.of());
    }
    follow();
  }

  /** Brings the subscriptions of dependent types up to date. */
  void follow() {
    follow(ResourceType.ENDPOINT, has.get(ResourceType.CLUSTER).keySet());
    Set<String> tables = new TreeSet<>();
    has.get(ResourceType.LISTENER).keySet().forEach(name -> tables.add("r" + name.substring(1)));
    follow(ResourceType.ROUTE, tables);
  }

  private void follow(ResourceType type, Set<String> wanted) {
    Set<String> now = new TreeSet<>(wanted);
    Set<String> before = subscribed.get(type);
    if (before == null && now.isEmpty() || now.equals(before)) {
      return;
    }
    Set<String> added = new TreeSet<>(now);
    Set<String> removed = new TreeSet<>();
    if (before != null) {
      added.removeAll(before);
      removed.addAll(before);
      removed.removeAll(now);
    }
    has.get(type).keySet().retainAll(now);
    Map<String, String> initial = before == null ? new HashMap<>(has.get(type)) : Map.of();
    subscribed.put(type, now);
    String nonce = delta ? "" : nonces.getOrDefault(type, "");
    send(type, nonce, null, List.copyOf(now), List.copyOf(added), List.copyOf(removed), initial);
  }

  private void send(
      ResourceType type,
      String nonce,
      String error,
      List<String> names,
      List<String> subscribe,
      List<String> unsubscribe,
      Map<String, String> initial) {
    ClientRequest request =
        delta
            ? new ClientRequest(
                type.typeUrl(), nonce, error, List.of(), subscribe, unsubscribe, initial)
            : new ClientRequest(
                type.typeUrl(), nonce, error, names, List.of(), List.of(), Map.of());
    server.onRequest(request);
  }

  private List<String> names(ResourceType type) {
    return List.copyOf(subscribed.getOrDefault(type, Set.of()));
  }

  /** An acknowledgement of a response that was superseded long ago. */
  void acknowledgeStale(ResourceType type) {
    if (subscribed.containsKey(type)) {
      send(type, "no-such-nonce", null, names(type), List.of(), List.of(), Map.of());
    }
  }

  /** Takes the oldest response that has arrived. */
  void take(boolean refuse) {
    ServerResponse response = inbox.poll();
    if (response == null) {
      return;
    }
    nonces.put(response.type(), response.nonce());
    if (refuse) {
      refused = true;
      send(
          response.type(),
          response.nonce(),
          "no",
          names(response.type()),
          List.of(),
          List.of(),
          Map.of());
      return;
    }
    apply(response);
    send(
        response.type(),
        response.nonce(),
        null,
        names(response.type()),
        List.of(),
        List.of(),
        Map.of());
  }

  private void apply(ServerResponse response) {
    Map<String, String> mine = has.get(response.type());
    Map<String, String> before = Map.copyOf(mine);
    boolean whole = !delta && response.type().wildcard();
    if (whole) {
      mine.clear();
    }
    for (Resource resource : response.resources()) {
      mine.put(resource.name(), resource.version());
    }
    response.removed().forEach(mine::remove);
    switch (response.type()) {
      case ROUTE -> response.resources().forEach(this::checkRoute);
      case LISTENER ->
          has.get(ResourceType.ROUTE)
              .keySet()
              .removeIf(table -> !mine.containsKey("l" + table.substring(1)));
      case CLUSTER ->
          before.keySet().stream().filter(n -> !mine.containsKey(n)).forEach(this::checkGone);
      default -> {}
    }
  }

  /** A route table's version begins with the name of the cluster that it uses. */
  private void checkRoute(Resource table) {
    String cluster = table.version().substring(0, table.version().indexOf('#'));
    if (!has.get(ResourceType.CLUSTER).containsKey(cluster)) {
      violations.add(table + " came before its cluster");
    }
    if (!has.get(ResourceType.ENDPOINT).containsKey(cluster)) {
      violations.add(table + " came before its cluster's endpoints");
    }
  }

  private void checkGone(String cluster) {
    if (!delta && reconnected) {
      return; // a server of this protocol cannot know what the client still uses
    }
    has.get(ResourceType.ROUTE)
        .forEach(
            (table, version) -> {
              if (version.startsWith(cluster + "#")) {
                violations.add(cluster + " went while " + table + " uses it");
              }
            });
  }
}
