package io.weir.controlplane.ads;

import io.weir.xds.DeltaState;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One type on one stream: what the client wants, has been sent, and said about it. At most one
 * response is under way at a time. Owned by the connection's thread.
 */
final class WatchedResource {

  private final ResourceType type;
  private final boolean delta;
  private final DeltaState state;

  /** What was sent, with its bodies: a cluster that is gone is still repeated until it may go. */
  private final Map<String, Resource> sent = new TreeMap<>();

  /** Refused resources by name, with the reason. */
  private final Map<String, String> rejected = new TreeMap<>();

  private Set<String> names = new LinkedHashSet<>();
  private boolean wildcard;
  private boolean started;
  private boolean mustAnswer;
  private @Nullable ServerResponse underWay;

  /** Of what the client has everything and nothing else; null when that must be found out. */
  private @Nullable SortedMap<String, Resource> agreed;

  private String sentNonce = "";
  private String ackedNonce = "";
  private @Nullable String lastError;
  private long responses;

  WatchedResource(ResourceType type, boolean delta) {
    this.type = type;
    this.delta = delta;
    this.state = new DeltaState(type);
  }

  ResourceType type() {
    return type;
  }

  /** Takes a request, by the rules of Envoy's xDS protocol. */
  void onRequest(ClientRequest request) {
    boolean current = !request.nonce().isEmpty() && request.nonce().equals(sentNonce);
    if (current && underWay != null) {
      settle(request, underWay);
    }
    boolean plainAck =
        current
            && request.error() == null
            && request.subscribe().isEmpty()
            && request.unsubscribe().isEmpty();
    if (!plainAck) {
      agreed = null;
    }
    if (delta) {
      // Subscriptions count whatever response the request belongs to.
      boolean first = !started;
      started = true;
      boolean changed =
          state.request(request.subscribe(), request.unsubscribe(), request.initialVersions());
      mustAnswer |= first && changed && state.wildcard();
    } else if (request.nonce().isEmpty() || !started) {
      started = true;
      subscribe(request.names());
      sent.clear();
      mustAnswer = true;
    } else if (current && request.error() == null) {
      subscribe(request.names());
    }
  }

  private void settle(ClientRequest request, ServerResponse response) {
    String error = request.error();
    underWay = null;
    if (error == null) {
      ackedNonce = request.nonce();
      lastError = null;
      response.resources().forEach(resource -> rejected.remove(resource.name()));
      response.removed().forEach(rejected::remove);
      return;
    }
    lastError = error;
    List<String> named =
        response.resources().stream().map(Resource::name).filter(error::contains).toList();
    for (Resource resource : response.resources()) {
      if (named.isEmpty() || named.contains(resource.name())) {
        rejected.put(resource.name(), error);
      }
    }
  }

  private void subscribe(Collection<String> wanted) {
    boolean all = wanted.contains("*") || type.wildcard() && wanted.isEmpty();
    Set<String> now = new LinkedHashSet<>(wanted);
    now.remove("*");
    boolean was = wildcard;
    wildcard = all;
    // A name that is wanted again after it was not is sent again.
    Set<String> kept = new HashSet<>(names);
    kept.retainAll(now);
    sent.keySet().removeIf(name -> !all && !kept.contains(name));
    if (all != was || !now.equals(names)) {
      agreed = null;
    }
    names = now;
  }

  boolean started() {
    return started;
  }

  boolean underWay() {
    return underWay != null;
  }

  boolean wildcard() {
    return delta ? state.wildcard() : wildcard;
  }

  boolean wants(String name) {
    return delta ? state.wants(name) : wildcard || names.contains(name);
  }

  /** Whether the client has the resource in this version and has answered to it. */
  boolean settled(Resource resource) {
    String version =
        delta ? state.versions().get(resource.name()) : versionOf(sent.get(resource.name()));
    boolean pending =
        underWay != null
            && underWay.resources().stream().anyMatch(r -> r.name().equals(resource.name()));
    return resource.version().equals(version) && !pending;
  }

  private static @Nullable String versionOf(@Nullable Resource resource) {
    return resource == null ? null : resource.version();
  }

  /** Makes the client get resources again that it has. */
  void forget(Collection<String> again) {
    agreed = null;
    List<String> known = again.stream().filter(this::wants).toList();
    if (delta) {
      known.stream()
          .filter(name -> state.versions().containsKey(name))
          .forEach(name -> state.request(List.of(name), List.of(), Map.of()));
    } else {
      known.forEach(sent::remove);
    }
  }

  /** Whether something is to be sent, or an answer to what was sent is missing. */
  boolean behind(SortedMap<String, Resource> current) {
    if (underWay != null || mustAnswer) {
      return true;
    }
    if (current == agreed) {
      return false;
    }
    boolean behind = !difference(current, true).isEmpty();
    agreed = behind ? null : current;
    return behind;
  }

  /** The names of a response that would be sent now; empty when there is nothing to say. */
  private DeltaState.Delta difference(SortedMap<String, Resource> current, boolean withRemovals) {
    if (delta) {
      DeltaState.Delta difference = state.difference(current);
      return new DeltaState.Delta(
          difference.changed(), removals(difference.removed(), withRemovals));
    }
    List<Resource> changed = new ArrayList<>();
    for (Resource resource : current.values()) {
      if (wants(resource.name())
          && !resource.version().equals(versionOf(sent.get(resource.name())))) {
        changed.add(resource);
      }
    }
    List<String> removed = new ArrayList<>();
    if (withRemovals && type.wildcard()) {
      sent.keySet().stream().filter(name -> !current.containsKey(name)).forEach(removed::add);
    }
    return new DeltaState.Delta(changed, removed);
  }

  /**
   * Listeners and clusters are taken away; what belongs to them goes with them. A name that never
   * existed is told to be missing, except extension configs, whose removal Envoy cannot take.
   */
  private List<String> removals(List<String> removed, boolean withRemovals) {
    if (type.wildcard()) {
      return withRemovals
          ? removed
          : removed.stream().filter(name -> !state.versions().containsKey(name)).toList();
    }
    return type == ResourceType.EXTENSION_CONFIG
        ? List.of()
        : removed.stream().filter(name -> !state.versions().containsKey(name)).toList();
  }

  /**
   * The next response, or null when there is nothing to say.
   *
   * @param withRemovals whether resources may be taken away already
   */
  @Nullable ServerResponse respond(
      SortedMap<String, Resource> current, boolean withRemovals, String nonce) {
    if (!started || underWay != null || current == agreed && !mustAnswer) {
      return null;
    }
    DeltaState.Delta difference = difference(current, withRemovals);
    if (difference.isEmpty() && !mustAnswer) {
      if (withRemovals) {
        agreed = current;
      }
      return null;
    }
    agreed = null;
    mustAnswer = false;
    ServerResponse response;
    if (delta) {
      state.sent(difference);
      response = new ServerResponse(type, nonce, "", difference.changed(), difference.removed());
    } else {
      response = stateOfTheWorld(current, difference, withRemovals, nonce);
    }
    difference.changed().forEach(resource -> sent.put(resource.name(), resource));
    difference.removed().forEach(sent::remove);
    sentNonce = nonce;
    underWay = response;
    responses++;
    return response;
  }

  private ServerResponse stateOfTheWorld(
      SortedMap<String, Resource> current,
      DeltaState.Delta difference,
      boolean withRemovals,
      String nonce) {
    Map<String, Resource> all = new TreeMap<>();
    if (type.wildcard()) {
      // The full set, always: what is not in it is gone.
      if (!withRemovals) {
        all.putAll(sent);
      }
      current.values().stream().filter(r -> wants(r.name())).forEach(r -> all.put(r.name(), r));
    } else {
      difference.changed().forEach(resource -> all.put(resource.name(), resource));
    }
    List<Resource> resources = List.copyOf(all.values());
    int hash = 1;
    for (Resource resource : resources) {
      hash = 31 * hash + resource.version().hashCode();
    }
    return new ServerResponse(
        type, nonce, Integer.toHexString(hash) + "-" + nonce, resources, List.of());
  }

  int count() {
    return delta ? state.versions().size() : sent.size();
  }

  Set<String> subscribedNames() {
    return delta ? state.subscribed() : names;
  }

  String sentNonce() {
    return sentNonce;
  }

  String ackedNonce() {
    return ackedNonce;
  }

  @Nullable String lastError() {
    return lastError;
  }

  Map<String, String> rejected() {
    return Map.copyOf(rejected);
  }

  long responses() {
    return responses;
  }
}
