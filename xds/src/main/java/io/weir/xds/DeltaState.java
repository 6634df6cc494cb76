package io.weir.xds;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the client of one delta xDS stream is subscribed to and has, for one resource type. The
 * server computes from it what to send; a client keeps the versions that it offers when it
 * reconnects. Owned by one thread.
 *
 * <p>By the incremental protocol of Envoy's xDS specification: no names in the first request of a
 * wildcard type mean all; {@code *} means all at any time; a name that is subscribed again is sent
 * again; a subscribed name that does not exist is answered as removed, once.
 */
public final class DeltaState {

  private static final String ALL = "*";

  /** What one response carries. */
  public record Delta(List<Resource> changed, List<String> removed) {

    public Delta {
      changed = List.copyOf(changed);
      removed = List.copyOf(removed);
    }

    public boolean isEmpty() {
      return changed.isEmpty() && removed.isEmpty();
    }
  }

  private final ResourceType type;
  private final Set<String> subscribed = new LinkedHashSet<>();
  private final Map<String, String> versions = new LinkedHashMap<>();
  private final Set<String> toldMissing = new HashSet<>();
  private boolean wildcard;
  private boolean started;

  public DeltaState(ResourceType type) {
    this.type = type;
  }

  public ResourceType type() {
    return type;
  }

  /**
   * Takes the subscription part of a request.
   *
   * @param initialVersions what the client has from an earlier stream; only the first request
   *     carries it
   * @return whether the subscription changed, so that the client waits for an answer
   */
  public boolean request(
      Collection<String> subscribe,
      Collection<String> unsubscribe,
      Map<String, String> initialVersions) {
    boolean changed = !started;
    if (!started) {
      started = true;
      wildcard = type.wildcard() && subscribe.isEmpty();
      versions.putAll(initialVersions);
      if (!wildcard && !subscribe.contains(ALL)) {
        // Without a wildcard, having a resource means to want it.
        subscribed.addAll(initialVersions.keySet());
      }
      subscribed.addAll(subscribe);
    } else {
      for (String name : subscribe) {
        subscribed.add(name);
        versions.remove(name);
        toldMissing.remove(name);
        changed = true;
      }
    }
    if (subscribed.remove(ALL)) {
      wildcard = true;
    }
    for (String name : unsubscribe) {
      changed |= unsubscribe(name);
    }
    return changed;
  }

  private boolean unsubscribe(String name) {
    if (name.equals(ALL)) {
      boolean was = wildcard;
      wildcard = false;
      versions.keySet().retainAll(subscribed);
      return was;
    }
    boolean was = subscribed.remove(name);
    toldMissing.remove(name);
    if (!wildcard) {
      versions.remove(name);
    }
    return was;
  }

  public boolean wildcard() {
    return wildcard;
  }

  /** Whether the client wants a resource of this name. */
  public boolean wants(String name) {
    return wildcard || subscribed.contains(name);
  }

  /** The names subscribed to one by one. */
  public Set<String> subscribed() {
    return Collections.unmodifiableSet(subscribed);
  }

  /** Name and version of what the client has. */
  public Map<String, String> versions() {
    return Collections.unmodifiableMap(versions);
  }

  /** What the client lacks, has in another version, or has although it is no more. */
  public Delta difference(Map<String, Resource> current) {
    List<Resource> changed = new ArrayList<>();
    for (Resource resource : current.values()) {
      if (wants(resource.name()) && !resource.version().equals(versions.get(resource.name()))) {
        changed.add(resource);
      }
    }
    List<String> removed = new ArrayList<>();
    for (String name : versions.keySet()) {
      if (!current.containsKey(name)) {
        removed.add(name);
      }
    }
    for (String name : subscribed) {
      if (!current.containsKey(name)
          && !versions.containsKey(name)
          && !toldMissing.contains(name)) {
        removed.add(name);
      }
    }
    return new Delta(changed, removed);
  }

  /** Notes what was sent to the client, or what a client accepted. */
  public void sent(Delta delta) {
    for (Resource resource : delta.changed()) {
      versions.put(resource.name(), resource.version());
      toldMissing.remove(resource.name());
    }
    for (String name : delta.removed()) {
      versions.remove(name);
      if (subscribed.contains(name)) {
        toldMissing.add(name);
      }
    }
  }
}
