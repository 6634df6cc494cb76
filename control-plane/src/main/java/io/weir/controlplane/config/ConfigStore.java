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

  /**
   * Makes changes of single configurations, in one step for readers: each stands or falls alone. A
   * change is refused when the configuration is not at the revision that it expects, or when
   * another source holds it.
   */
  public synchronized List<ConfigWrite.Result> write(String source, List<ConfigWrite> writes) {
    ConfigSnapshot before = snapshot;
    TreeMap<ConfigKey, Config<?>> configs =
        new TreeMap<>(sources.getOrDefault(source, Content.NOTHING).configs());
    Map<ConfigKey, String> conflicts = new TreeMap<>();
    for (ConfigWrite write : writes) {
      String conflict = conflict(source, before.get(write.key()), write);
      if (conflict != null) {
        conflicts.put(write.key(), conflict);
      } else if (write.config() != null) {
        configs.put(write.key(), write.config());
      } else {
        configs.remove(write.key());
      }
    }
    sources.put(source, new Content(configs, List.of(), Map.of()));
    publish();
    return writes.stream().map(w -> result(w, before, conflicts.get(w.key()))).toList();
  }

  private static @Nullable String conflict(
      String source, @Nullable Config<?> old, ConfigWrite write) {
    if (old != null && !old.origin().source().equals(source)) {
      return write.key() + " stands in " + old.origin() + "; change it there";
    }
    long revision = old == null ? 0 : old.revision();
    Long expected = write.expected();
    return expected == null || expected == revision
        ? null
        : write.key()
            + " is at revision "
            + revision
            + ", not "
            + expected
            + ": somebody else changed it; get it and try again";
  }

  private ConfigWrite.Result result(
      ConfigWrite write, ConfigSnapshot before, @Nullable String conflict) {
    Config<?> old = before.get(write.key());
    Config<?> now = snapshot.get(write.key());
    ConfigWrite.Outcome outcome;
    if (conflict != null) {
      outcome = ConfigWrite.Outcome.CONFLICT;
    } else if (write.config() == null) {
      outcome = old == null ? ConfigWrite.Outcome.MISSING : ConfigWrite.Outcome.DELETED;
    } else if (old == null) {
      outcome = ConfigWrite.Outcome.CREATED;
    } else {
      boolean same = now != null && now.revision() == old.revision();
      outcome = same ? ConfigWrite.Outcome.UNCHANGED : ConfigWrite.Outcome.CONFIGURED;
    }
    return new ConfigWrite.Result(
        write.key(), outcome, now == null ? 0 : now.revision(), conflict == null ? "" : conflict);
  }

  /**
   * What is wrong with the newest version of a configuration, whose last good version stands in the
   * snapshot; empty when that is the newest.
   */
  public synchronized List<Problem> problems(ConfigKey key) {
    return sources.values().stream()
        .flatMap(content -> content.broken().getOrDefault(key, List.of()).stream())
        .toList();
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
        if (read.unreadable() || read.broken().containsKey(config.key())) {
          configs.putIfAbsent(config.key(), config);
        }
      }
    }
    return new Content(configs, problems.all(), read.broken());
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
          if (old == config) {
            return old;
          }
          if (old != null && old.sameContent(config)) {
            return config.at(old.revision());
          }
          changed.add(key);
          return config.at(revision);
        });
    before.all().keySet().stream().filter(key -> !now.containsKey(key)).forEach(changed::add);
    // With its revision a configuration is known again at the next change without comparing it.
    sources
        .values()
        .forEach(
            content ->
                content
                    .configs()
                    .replaceAll(
                        (key, config) -> {
                          Config<?> published = now.get(key);
                          return published != null && published.spec() == config.spec()
                              ? published
                              : config;
                        }));
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

  private record Content(
      TreeMap<ConfigKey, Config<?>> configs,
      List<Problem> problems,
      Map<ConfigKey, List<Problem>> broken) {
    static final Content NOTHING = new Content(new TreeMap<>(), List.of(), Map.of());
  }
}
