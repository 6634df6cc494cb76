package io.weir.filter.testkit;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Histogram;
import io.weir.filter.Stats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Statistics that tests read by their full name. */
public final class FakeStats implements Stats {
  private final Map<String, Counter> counters = new TreeMap<>();
  private final Map<String, Gauge> gauges = new TreeMap<>();
  private final Map<String, List<Long>> histograms = new TreeMap<>();

  @Override
  public Counter counter(String prefix, String name) {
    return counters.computeIfAbsent(prefix + name, _ -> Counter.detached());
  }

  @Override
  public Gauge gauge(String prefix, String name) {
    return gauges.computeIfAbsent(prefix + name, _ -> Gauge.detached());
  }

  @Override
  public Histogram histogram(String prefix, String name, HistogramUnit unit) {
    List<Long> values = histograms.computeIfAbsent(prefix + name, _ -> new ArrayList<>());
    return values::add;
  }

  /** A counter's or gauge's value; −1 when nobody made one of that name. */
  public long value(String name) {
    Counter counter = counters.get(name);
    if (counter != null) {
      return counter.value();
    }
    Gauge gauge = gauges.get(name);
    return gauge == null ? -1 : gauge.value();
  }

  /** What a histogram was given. */
  public List<Long> recorded(String name) {
    return histograms.getOrDefault(name, List.of());
  }
}
