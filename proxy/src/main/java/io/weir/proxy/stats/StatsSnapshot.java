package io.weir.proxy.stats;

import io.weir.filter.Stats.HistogramUnit;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The statistics that a request asked for, sorted by name. Not thread-safe. */
final class StatsSnapshot implements StatsVisitor {
  final TreeMap<String, Long> counters = new TreeMap<>();
  final TreeMap<String, Long> gauges = new TreeMap<>();
  final TreeMap<String, String> texts = new TreeMap<>();
  final TreeMap<String, HistogramSnapshot> histograms = new TreeMap<>();

  private final StatsQuery query;
  private final Predicate<String> shown;

  StatsSnapshot(StatsStore store, StatsQuery query) {
    this.query = query;
    this.shown = store.settings().shown();
    store.visit(this);
  }

  private boolean wanted(StatsQuery.Type type, String name, boolean used) {
    return query.types().contains(type)
        && (used || !query.usedOnly())
        && query.filter().test(name)
        && shown.test(name);
  }

  @Override
  public void counter(String name, long value) {
    counter(name, value, value != 0);
  }

  @Override
  public void counter(String name, long value, boolean used) {
    if (wanted(StatsQuery.Type.COUNTERS, name, used)) {
      // The same name may have been registered below two prefixes.
      counters.merge(name, value, Long::sum);
    }
  }

  @Override
  public void gauge(String name, long value) {
    gauge(name, value, value != 0);
  }

  @Override
  public void gauge(String name, long value, boolean used) {
    if (wanted(StatsQuery.Type.GAUGES, name, used)) {
      gauges.merge(name, value, Long::sum);
    }
  }

  @Override
  public void textReadout(String name, String value) {
    if (wanted(StatsQuery.Type.TEXT_READOUTS, name, !value.isEmpty())) {
      texts.put(name, value);
    }
  }

  @Override
  public void histogram(String name, HistogramUnit unit, HistogramSnapshot snapshot) {
    if (wanted(StatsQuery.Type.HISTOGRAMS, name, snapshot.cumulative().count() > 0)) {
      histograms.putIfAbsent(name, snapshot);
    }
  }

  /** Counters and gauges together. */
  TreeMap<String, Long> numbers() {
    var numbers = new TreeMap<>(counters);
    gauges.forEach((name, value) -> numbers.merge(name, value, Long::sum));
    return numbers;
  }
}
