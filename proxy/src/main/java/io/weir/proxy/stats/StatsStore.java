package io.weir.proxy.stats;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Histogram;
import io.weir.filter.Stats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * All statistics of the process. Each worker and the control thread write cells of their own by
 * plain adds; a reader sums them and may see each a little late. Thread-safe.
 */
public final class StatsStore {
  // The control thread and the administration interface.
  private static final int NOT_WORKERS = 2;

  private final Map<String, Scope> scopes = new ConcurrentHashMap<>();
  private final Layout noStatistics = new Layout();
  private final Map<String, String> textReadouts = new ConcurrentHashMap<>();
  private final List<Stats> writers = new ArrayList<>();

  // Set once, when the bootstrap has been read.
  private volatile StatsSettings settings = StatsSettings.DEFAULT;

  /**
   * @param workers the number of workers that will write
   */
  public StatsStore(int workers) {
    for (int i = 0; i < workers + NOT_WORKERS; i++) {
      writers.add(new WriterStats(i));
    }
  }

  /** Sets what the bootstrap says about tags, names and buckets. */
  public void configure(StatsSettings newSettings) {
    settings = newSettings;
  }

  StatsSettings settings() {
    return settings;
  }

  /** The statistics of a worker, to be used on its thread. */
  public Stats worker(int index) {
    return writers.get(index);
  }

  /** The statistics that the control thread writes. */
  public Stats control() {
    return writers.get(writers.size() - NOT_WORKERS);
  }

  /** The statistics that the administration interface writes, one thread at a time. */
  public Stats admin() {
    return writers.getLast();
  }

  /** Sets a statistic that is a text. Any thread. */
  public void setText(String name, String value) {
    textReadouts.put(name, value);
  }

  /**
   * Forgets the scopes and texts whose names begin with this prefix. Handles that are still held
   * keep working but count for nothing.
   *
   * @param kept tells what stays, by a scope's whole prefix or a text's name
   */
  public void removeBelow(String prefix, Predicate<String> kept) {
    scopes.keySet().removeIf(scope -> scope.startsWith(prefix) && !kept.test(scope));
    textReadouts.keySet().removeIf(name -> name.startsWith(prefix) && !kept.test(name));
  }

  /** Shows every statistic to the visitor, in no particular order. */
  public void visit(StatsVisitor visitor) {
    for (Scope scope : scopes.values()) {
      scope.visit(visitor);
    }
    textReadouts.forEach(visitor::textReadout);
  }

  /**
   * Makes what was recorded so far visible in histograms and begins a new interval; called at
   * {@code stats_flush_interval}.
   */
  public void mergeHistograms() {
    for (Scope scope : scopes.values()) {
      scope.mergeHistograms();
    }
  }

  public void resetCounters() {
    for (Scope scope : scopes.values()) {
      scope.resetCounters();
    }
  }

  private Scope scope(String prefix) {
    return scopes.computeIfAbsent(prefix, key -> new Scope(key, writers.size(), noStatistics));
  }

  /** The view of one writer. */
  private final class WriterStats implements Stats {
    private final int writer;

    WriterStats(int writer) {
      this.writer = writer;
    }

    @Override
    public Counter counter(String prefix, String name) {
      return scope(prefix).counter(writer, name);
    }

    @Override
    public Gauge gauge(String prefix, String name) {
      return scope(prefix).gauge(writer, name);
    }

    @Override
    public Histogram histogram(String prefix, String name, HistogramUnit unit) {
      return scope(prefix).histogram(writer, name, unit, false);
    }

    @Override
    public Histogram histogramOnUse(String prefix, String name, HistogramUnit unit) {
      return scope(prefix).histogram(writer, name, unit, true);
    }

    @Override
    public void text(String prefix, String name, String value) {
      textReadouts.put(prefix + name, value);
    }
  }
}
