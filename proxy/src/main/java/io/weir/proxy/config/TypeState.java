package io.weir.proxy.config;

import io.weir.proxy.worker.ControlThread;
import io.weir.xds.ProblemList;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client watches of one type, and which versions it has taken. */
final class TypeState {
  private static final Logger LOG = LoggerFactory.getLogger("config");

  private final ResourceType type;
  private final Map<String, List<SourceWatcher>> watchers = new LinkedHashMap<>();
  private final Map<SourceWatcher, Future<?>> timeouts = new HashMap<>();
  private final Map<String, Resource> taken = new TreeMap<>();
  // What the stream that is open now has been told; reset when it breaks.
  private final Set<String> sent = new LinkedHashSet<>();
  private boolean begun;

  TypeState(ResourceType type) {
    this.type = type;
  }

  ResourceType type() {
    return type;
  }

  boolean watched() {
    return !watchers.isEmpty();
  }

  Set<String> names() {
    return watchers.keySet();
  }

  /** Versions taken so far, by name. */
  Map<String, Resource> taken() {
    return taken;
  }

  /** Whether a request of this type was sent on the open stream. */
  boolean begun() {
    return begun;
  }

  /**
   * Adds a watcher; what is known already is delivered to it, later.
   *
   * @param timeoutMillis after which it is told that nothing came; 0 for never
   */
  void watch(ControlThread control, String name, SourceWatcher watcher, long timeoutMillis) {
    watchers.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(watcher);
    if (timeoutMillis > 0) {
      timeouts.put(watcher, control.schedule(() -> giveUp(watcher), timeoutMillis));
    }
    List<Resource> known =
        name.equals(ResourceSource.ALL)
            ? List.copyOf(taken.values())
            : taken.containsKey(name) ? List.of(taken.get(name)) : List.of();
    if (!known.isEmpty()) {
      control.execute(() -> deliverKnown(watcher, known));
    }
  }

  private void deliverKnown(SourceWatcher watcher, List<Resource> known) {
    disarm(watcher);
    var problems = new ProblemList();
    watcher.onChange(known, List.of(), problems);
    problems.errors().forEach(problem -> LOG.warn("{}", problem));
  }

  /** Tells a watcher that what it waits for does not come, unless it has come. */
  private void giveUp(SourceWatcher watcher) {
    if (timeouts.containsKey(watcher)) {
      disarm(watcher);
      watcher.onInitialFetchTimeout(true);
    }
  }

  /** Tells a watcher that waits for its first version that it waits in vain. */
  void stopWaiting(SourceWatcher watcher) {
    if (timeouts.containsKey(watcher)) {
      disarm(watcher);
      watcher.onInitialFetchTimeout(false);
    }
  }

  /**
   * Tells those who watch names that a file lacks. Who waits for the first version waits no more: a
   * file has no later answer.
   */
  void onAbsent(Set<String> present, String version, Collection<SourceWatcher> told) {
    for (String name : List.copyOf(watchers.keySet())) {
      if (!present.contains(name) && !name.equals(ResourceSource.ALL)) {
        for (SourceWatcher watcher : List.copyOf(watchers.getOrDefault(name, List.of()))) {
          if (told.contains(watcher)) {
            watcher.onAbsent(version, present.isEmpty());
            stopWaiting(watcher);
          }
        }
      }
    }
  }

  /** Tells those who watch a resource that it was read again and has not changed. */
  void onSame(Resource resource, Collection<SourceWatcher> told, Set<SourceWatcher> except) {
    for (SourceWatcher watcher : List.copyOf(watchers.getOrDefault(resource.name(), List.of()))) {
      if (told.contains(watcher) && !except.contains(watcher)) {
        watcher.onSame(resource.version());
      }
    }
  }

  /** The source has failed those who watch names. */
  void onFailure(Collection<SourceWatcher> told) {
    named().stream().filter(told::contains).forEach(SourceWatcher::onFailure);
  }

  /** Who watches names, not all resources. */
  List<SourceWatcher> named() {
    var all = new ArrayList<SourceWatcher>();
    watchers.forEach(
        (name, those) -> {
          if (!name.equals(ResourceSource.ALL)) {
            all.addAll(those);
          }
        });
    return all;
  }

  void remove(String name, SourceWatcher watcher) {
    disarm(watcher);
    List<SourceWatcher> named = watchers.get(name);
    if (named != null && named.remove(watcher) && named.isEmpty()) {
      watchers.remove(name);
      if (!watchers.containsKey(ResourceSource.ALL)) {
        taken.remove(name);
      }
    }
  }

  /** What the open stream must be told that names were added; marks them as told. */
  List<String> subscribe() {
    List<String> added = watchers.keySet().stream().filter(name -> !sent.contains(name)).toList();
    sent.addAll(added);
    begun = true;
    return added;
  }

  /** As {@link #subscribe}, names that nobody watches any more. */
  List<String> unsubscribe() {
    List<String> gone = sent.stream().filter(name -> !watchers.containsKey(name)).toList();
    sent.removeAll(gone);
    return gone;
  }

  boolean changed() {
    return !begun && watched()
        || sent.size() != watchers.size()
        || !sent.containsAll(watchers.keySet());
  }

  /** The stream broke: the next one knows nothing. */
  void forgetStream() {
    sent.clear();
    begun = false;
  }

  /** Hands changes to those who watch them and remembers what was taken. */
  void deliver(List<Resource> changed, Collection<String> removed, ProblemList problems) {
    Set<String> rejected = new HashSet<>();
    for (SourceWatcher watcher :
        List.copyOf(watchers.getOrDefault(ResourceSource.ALL, List.of()))) {
      disarm(watcher);
      rejected.addAll(watcher.onChange(changed, List.copyOf(removed), problems));
    }
    for (Resource resource : changed) {
      for (SourceWatcher watcher : List.copyOf(watchers.getOrDefault(resource.name(), List.of()))) {
        disarm(watcher);
        rejected.addAll(watcher.onChange(List.of(resource), List.of(), problems));
      }
    }
    for (String name : removed) {
      taken.remove(name);
      for (SourceWatcher watcher : List.copyOf(watchers.getOrDefault(name, List.of()))) {
        disarm(watcher);
        watcher.onChange(List.of(), List.of(name), problems);
      }
    }
    boolean all = watchers.containsKey(ResourceSource.ALL);
    for (Resource resource : changed) {
      if (!rejected.contains(resource.name()) && (all || watchers.containsKey(resource.name()))) {
        taken.put(resource.name(), resource);
      }
    }
  }

  void disarm(SourceWatcher watcher) {
    Future<?> timeout = timeouts.remove(watcher);
    if (timeout != null) {
      timeout.cancel(false);
    }
  }
}
