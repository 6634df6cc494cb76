package io.weir.controlplane.config;

import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the configurations of all sources. Readers get an immutable snapshot; writers are
 * serialized. A document that cannot be read leaves its last good version in place, and its
 * problems stand until it is repaired. Any thread.
 */
public final class ConfigStore {

  private final Map<String, Content> sources = new TreeMap<>();
  private final List<Consumer<ConfigEvent>> listeners = new CopyOnWriteArrayList<>();
  private volatile ConfigSnapshot snapshot = ConfigSnapshot.EMPTY;
  private volatile List<Problem> problems = List.of();

  public ConfigSnapshot snapshot() {
    return snapshot;
  }

  /** What is wrong now, in all sources. */
  public List<Problem> problems() {
    return problems;
  }

  /** Called after every change, on the thread of the writer; must return quickly. */
  public void onChange(Consumer<ConfigEvent> listener) {
    listeners.add(listener);
  }

  /** Takes what sources hold now, all of them in one step. */
  public synchronized void put(List<DocumentReader.Documents> documents) {
    for (DocumentReader.Documents read : documents) {
      sources.put(read.source(), merge(read, sources.get(read.source())));
    }
    publish();
  }

  /** Forgets sources. */
  public synchronized void remove(Set<String> gone) {
    if (sources.keySet().removeAll(gone)) {
      publish();
    }
  }

  /** Replaces or adds one configuration of a source, whatever else the source holds. */
  public synchronized long put(String source, Config<?> config) {
    Content old = sources.getOrDefault(source, Content.NOTHING);
    TreeMap<ConfigKey, Config<?>> configs = new TreeMap<>(old.configs());
    configs.put(config.key(), config);
    sources.put(source, new Content(configs, old.problems()));
    publish();
    return snapshot.revision();
  }

  /** Removes one configuration of a source; false when it does not hold it. */
  public synchronized boolean delete(String source, ConfigKey key) {
    Content old = sources.get(source);
    if (old == null || !old.configs().containsKey(key)) {
      return false;
    }
    TreeMap<ConfigKey, Config<?>> configs = new TreeMap<>(old.configs());
    configs.remove(key);
    sources.put(source, new Content(configs, old.problems()));
    publish();
    return true;
  }

  private static Content merge(DocumentReader.Documents read, @Nullable Content old) {
    ProblemList problems = new ProblemList(read.source());
    read.problems().forEach(problems::add);
    TreeMap<ConfigKey, Config<?>> configs = new TreeMap<>();
    for (Config<?> config : read.configs()) {
      Config<?> first = configs.putIfAbsent(config.key(), config);
      if (first != null) {
        problems.add(
            config.origin().document().line(),
            config.origin().document().column(),
            "metadata.name",
            config.key() + " stands in this file twice; the first is used",
            "first in line " + first.origin().document().line());
      }
    }
    if (old != null) {
      for (Config<?> config : old.configs().values()) {
        if (read.unreadable() || read.broken().contains(config.key())) {
          configs.putIfAbsent(config.key(), config);
        }
      }
    }
    return new Content(configs, problems.all());
  }

  private void publish() {
    ConfigSnapshot before = snapshot;
    TreeMap<ConfigKey, Config<?>> now = new TreeMap<>();
    List<Problem> found = new ArrayList<>();
    sources.forEach(
        (source, content) -> {
          found.addAll(content.problems());
          content.configs().values().forEach(config -> add(config, now, found));
        });
    Set<ConfigKey> changed = new TreeSet<>();
    long revision = before.revision() + 1;
    now.replaceAll(
        (key, config) -> {
          Config<?> old = before.get(key);
          if (old != null && old.sameContent(config)) {
            return config.at(old.revision());
          }
          changed.add(key);
          return config.at(revision);
        });
    before.all().keySet().stream().filter(key -> !now.containsKey(key)).forEach(changed::add);
    problems = List.copyOf(found);
    if (changed.isEmpty()) {
      snapshot = new ConfigSnapshot(before.revision(), Collections.unmodifiableSortedMap(now));
      return;
    }
    snapshot = new ConfigSnapshot(revision, Collections.unmodifiableSortedMap(now));
    ConfigEvent event = new ConfigEvent(snapshot, Collections.unmodifiableSet(changed));
    listeners.forEach(listener -> listener.accept(event));
  }

  private static void add(
      Config<?> config, TreeMap<ConfigKey, Config<?>> all, List<Problem> problems) {
    Config<?> first = all.putIfAbsent(config.key(), config);
    if (first != null) {
      problems.add(
          new Problem(
              config.origin().source(),
              config.origin().document().line(),
              config.origin().document().column(),
              "metadata.name",
              config.key() + " also stands in " + first.origin() + ", which is used",
              "remove one of them",
              false));
    }
  }

  private record Content(Map<ConfigKey, Config<?>> configs, List<Problem> problems) {
    static final Content NOTHING = new Content(Map.of(), List.of());
  }
}
