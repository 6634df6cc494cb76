package io.weir.controlplane.ads;

import io.weir.controlplane.generate.ProxyResources;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What one client has and what it is sent next. Pure logic without a network: requests and
 * resources go in, responses come out. Owned by the connection's thread.
 *
 * <p>Order: new clusters and their endpoints are with the client, and accepted, before listeners
 * and routes that use them are sent; clusters are taken away after the routes that used them are
 * gone. So no request meets a cluster that is not there yet or any more. A client that never asks
 * for the endpoints delays the rest for a bounded time only.
 */
final class ClientState {

  /** The order in which types are looked at. */
  private static final List<ResourceType> ORDER =
      List.of(
          ResourceType.CLUSTER,
          ResourceType.ENDPOINT,
          ResourceType.LISTENER,
          ResourceType.ROUTE,
          ResourceType.SECRET,
          ResourceType.EXTENSION_CONFIG);

  /** How long listeners and routes wait for clusters. */
  static final Duration MAX_HOLD = Duration.ofSeconds(5);

  private static final int MAX_TOLD = 3;

  private final Map<ResourceType, WatchedResource> watched = new EnumMap<>(ResourceType.class);
  private final boolean delta;
  private @Nullable ProxyResources target;
  private boolean holding;
  private long heldSince;
  private long nonces;

  ClientState(boolean delta) {
    this.delta = delta;
  }

  /** Takes a request; false when its type is not served. */
  boolean onRequest(ClientRequest request) {
    Optional<ResourceType> type = ResourceType.ofTypeUrl(request.typeUrl());
    if (type.isEmpty() || !ORDER.contains(type.get())) {
      return false;
    }
    watched.computeIfAbsent(type.get(), t -> new WatchedResource(t, delta)).onRequest(request);
    return true;
  }

  /** What the client should have from now on. */
  void onResources(ProxyResources resources) {
    target = resources;
    holding = false;
  }

  @Nullable ProxyResources target() {
    return target;
  }

  /**
   * The next response, or null when there is none to send now.
   *
   * @param now nanoseconds of any clock
   */
  @Nullable ServerResponse next(long now) {
    ProxyResources resources = target;
    if (resources == null) {
      return null;
    }
    for (ResourceType type : ORDER) {
      WatchedResource watch = watched.get(type);
      if (watch == null || watch.underWay()) {
        continue;
      }
      SortedMap<String, Resource> current = resources.of(type);
      boolean needsClusters = type == ResourceType.LISTENER || type == ResourceType.ROUTE;
      if (needsClusters && watch.behind(current) && held(resources, now)) {
        continue;
      }
      boolean removals = type != ResourceType.CLUSTER || usersSettled(resources);
      ServerResponse response = watch.respond(current, removals, Long.toString(nonces + 1));
      if (response != null) {
        nonces++;
        if (type == ResourceType.CLUSTER) {
          resendEndpoints(response);
        }
        return response;
      }
    }
    return null;
  }

  /** When {@link #next} has something new to say although nothing happened; 0 for never. */
  long holdDeadline() {
    return holding ? heldSince + MAX_HOLD.toNanos() : 0;
  }

  /**
   * Envoy makes a new cluster from a changed one, which waits for endpoints that it does not ask
   * for again.
   */
  private void resendEndpoints(ServerResponse clusters) {
    WatchedResource endpoints = watched.get(ResourceType.ENDPOINT);
    if (endpoints != null) {
      endpoints.forget(clusters.resources().stream().map(Resource::name).toList());
    }
  }

  private boolean held(ProxyResources resources, long now) {
    if (clustersReady(resources)) {
      holding = false;
      return false;
    }
    if (!holding) {
      holding = true;
      heldSince = now;
    }
    return now - heldSince < MAX_HOLD.toNanos();
  }

  private boolean clustersReady(ProxyResources resources) {
    WatchedResource clusters = watched.get(ResourceType.CLUSTER);
    if (clusters == null || !clusters.wildcard()) {
      return true;
    }
    for (Resource cluster : resources.of(ResourceType.CLUSTER).values()) {
      if (!clusters.settled(cluster)) {
        return false;
      }
    }
    if (clusters.lastError() != null) {
      return true;
    }
    WatchedResource endpoints = watched.get(ResourceType.ENDPOINT);
    for (Resource assignment : resources.of(ResourceType.ENDPOINT).values()) {
      if (endpoints == null || !endpoints.settled(assignment)) {
        return false;
      }
    }
    return true;
  }

  /** Whether listeners and routes no longer use what is gone. */
  private boolean usersSettled(ProxyResources resources) {
    for (ResourceType user : List.of(ResourceType.LISTENER, ResourceType.ROUTE)) {
      WatchedResource watch = watched.get(user);
      if (watch != null && watch.behind(resources.of(user))) {
        return false;
      }
    }
    return true;
  }

  /** What the client made of a resource; null when it does not ask for it. */
  @Nullable String delivered(ResourceType type, String name) {
    WatchedResource watch = watched.get(type);
    ProxyResources resources = target;
    if (watch == null || resources == null || !watch.wants(name)) {
      return null;
    }
    String refusal = watch.rejected().get(name);
    if (refusal != null) {
      return "Refused: " + refusal;
    }
    Resource resource = resources.of(type).get(name);
    if (resource == null) {
      return "Waiting";
    }
    return watch.settled(resource) ? "Serving" : "Sent";
  }

  /** The resources of a type that the client refuses, a few of them. */
  List<Resource> refused(ResourceType type) {
    WatchedResource watch = watched.get(type);
    ProxyResources resources = target;
    return watch == null || resources == null
        ? List.of()
        : resources.of(type).values().stream()
            .filter(resource -> watch.rejected().containsKey(resource.name()))
            .limit(MAX_TOLD)
            .toList();
  }

  /** The watched types, for diagnosis. */
  List<WatchedResource> watched() {
    return new ArrayList<>(watched.values());
  }

  /** Whether the client has everything and has accepted it. */
  boolean synced() {
    ProxyResources resources = target;
    return resources != null
        && watched.values().stream()
            .allMatch(
                watch -> !watch.behind(resources.of(watch.type())) && watch.lastError() == null);
  }
}
