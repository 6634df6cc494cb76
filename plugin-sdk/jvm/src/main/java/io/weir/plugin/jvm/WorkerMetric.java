package io.weir.plugin.jvm;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Histogram;
import io.weir.filter.Stats;
import io.weir.plugin.Metric;

/** A plugin's metrics in the statistics of its worker. */
sealed interface WorkerMetric extends Metric {
  /** Where Envoy puts the metrics of dynamic modules. */
  String PREFIX = "dynamicmodulescustom.";

  static Metric counter(Stats stats, String name) {
    return new OfCounter(stats.counter(PREFIX, name));
  }

  static Metric gauge(Stats stats, String name) {
    return new OfGauge(stats.gauge(PREFIX, name));
  }

  static Metric histogram(Stats stats, String name) {
    return new OfHistogram(stats.histogram(PREFIX, name, Stats.HistogramUnit.UNSPECIFIED));
  }

  /** Only counts up. */
  record OfCounter(Counter counter) implements WorkerMetric {
    @Override
    public void add(long amount) {
      counter.add(amount);
    }

    @Override
    public void record(long value) {
      counter.add(value - counter.value());
    }
  }

  /** Goes up and down. */
  record OfGauge(Gauge gauge) implements WorkerMetric {
    @Override
    public void add(long amount) {
      gauge.add(amount);
    }

    @Override
    public void record(long value) {
      gauge.set(value);
    }
  }

  /** Takes values. */
  record OfHistogram(Histogram histogram) implements WorkerMetric {
    @Override
    public void add(long amount) {
      histogram.record(amount);
    }

    @Override
    public void record(long value) {
      histogram.record(value);
    }
  }
}
